/**
 * A native part cannot be had on this machine. `message` says what is missing on one line, `remedy` what to do
 * about it on another.
 */
export class EngineUnavailableError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineUnavailableError";
    this.remedy = remedy;
  }
}
