/** What a question says twice. */
import type { Question } from "./law.ts";

/** The question with n, d and k among its numbers as far as its data and its network tell them. */
export function completed(question: Question): Question {
  const { numbers, data, network } = question;
  return {
    ...question,
    numbers: {
      ...numbers,
      n: data?.n ?? numbers.n,
      d: data?.d ?? network?.d ?? numbers.d,
      k: numbers.k ?? network?.k,
    },
  };
}
