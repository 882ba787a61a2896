/** What decides which build of a library runs here. `glibc` is the C library's version, undefined when it is another. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  readonly glibc: string | undefined;
}

/** This machine. */
export function thisPlatform(): Platform {
  if (process.platform !== "linux") return { os: process.platform, cpu: process.arch, glibc: undefined };
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return { os: process.platform, cpu: process.arch, glibc: report.header?.glibcVersionRuntime };
}
