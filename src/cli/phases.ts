/** What a long computation is at, as one line on the terminal that is gone in the end; nothing elsewhere. */

interface Phases {
  /** Runs a phase and measures it. */
  run<Value>(name: string, compute: () => Value | Promise<Value>): Promise<{ value: Value; seconds: number }>;
  stop(): void;
}

export function phases(stream: NodeJS.WriteStream = process.stderr): Phases {
  const clear = () => stream.isTTY && stream.write("\r\x1b[K");
  return {
    async run(name, compute) {
      clear();
      if (stream.isTTY) stream.write(`${name} …`);
      const start = performance.now();
      const value = await compute();
      return { value, seconds: (performance.now() - start) / 1000 };
    },
    stop: clear,
  };
}
