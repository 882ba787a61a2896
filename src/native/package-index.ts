/** Files of a Python package index that speaks the simple API: HTML (PEP 503) or JSON (PEP 691). */

/** One file that an index offers. */
export interface IndexFile {
  readonly filename: string;
  readonly url: URL;
  /** Hexadecimal SHA-256 that the index states; undefined if it states none. */
  readonly sha256: string | undefined;
}

const accept =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/**
 * Lists the files of one project.
 * @param index address of the index, as in PIP_INDEX_URL; a user and password in it are sent as pip sends them.
 * @throws Error when the index does not answer or does not have the project.
 */
export async function listIndexFiles(index: string, project: string): Promise<IndexFile[]> {
  const page = new URL(`${index.replace(/\/+$/, "")}/${project}/`);
  const response = await request(page, index, { accept });
  const base = new URL(response.url || page);
  const body = await response.text();
  return (response.headers.get("content-type") ?? "").includes("json")
    ? readJson(body, base)
    : readHtml(body, base);
}

/**
 * Asks for one address.
 * @param index the index that the address came from: its credentials go to its own host only.
 * @throws Error whose message shows neither user nor password.
 */
export async function request(
  address: URL,
  index: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { username, password, host } = new URL(index);
  const bare = new URL(address);
  bare.username = "";
  bare.password = "";
  const all = { ...headers };
  if (username !== "" && host === bare.host) {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    all.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  let response: Response;
  try {
    response = await fetch(bare, { headers: all });
  } catch (error) {
    throw new Error(`no answer from ${bare.host}: ${causeOf(error)}`, { cause: error });
  }
  if (!response.ok) throw new Error(`${bare.host} answered ${response.status} for ${bare.pathname}`);
  return response;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function readJson(body: string, base: URL): IndexFile[] {
  const { files } = JSON.parse(body) as {
    files: { filename: string; url: string; hashes?: { sha256?: string } }[];
  };
  return files.map((file) => ({
    filename: file.filename,
    url: new URL(file.url, base),
    sha256: file.hashes?.sha256,
  }));
}

function readHtml(body: string, base: URL): IndexFile[] {
  const files: IndexFile[] = [];
  for (const [, , href, text] of body.matchAll(/<a\s[^>]*?href=(["'])(.*?)\1[^>]*>(.*?)<\/a>/gis)) {
    const url = new URL((href as string).replaceAll("&amp;", "&"), base);
    const sha256 = /sha256=([0-9a-f]{64})/i.exec(url.hash)?.[1];
    url.hash = "";
    files.push({ filename: (text as string).trim(), url, sha256 });
  }
  return files;
}
