/** How large what comes from outside may be: a file can be anybody's, and none may take the machine down. */

export const fileLimits = {
  /** A specification is a page of text; each of its keys is compared with every other one, a second's work for so many. */
  specificationBytes: 64_000,
  /** A manifest has some hundred bytes for each time that its run was worked on. */
  manifestBytes: 50_000_000,
  /** Below the longest string of JavaScript, 512 MB, and more than a million trials have. */
  tableBytes: 400_000_000,
  /** A million trials of 30 columns; each cell is a value in memory several times over. */
  tableCells: 30_000_000,
  /** Each row is an object as well; a plan has at most a million trials, and laws.csv some lines for each. */
  tableRows: 4_000_000,
  /** A table of a run has thirty; each is looked up by its name in every row. */
  tableColumns: 10_000,
  /** Of a data set in CSV: the longest number takes 25 bytes, and blanks may surround it. */
  bytesPerNumber: 64,
  /** Of a line of names or numbers; points of a million dimensions take less. */
  lineBytes: 32_000_000,
  /** As NumPy itself has it: a plain array's header has about a hundred. */
  npyHeaderBytes: 10_000,
  /** Five million weights with all their digits; safetensors hold more, in an eighth of the time. */
  networkJsonBytes: 100_000_000,
  /** As the reference implementation of safetensors has it. */
  safetensorsHeaderBytes: 100_000_000,
  /** Objects and their keys take a hundred bytes each in memory, however short they are written. */
  jsonKeys: 1_000_000,
  /** So do lists: a network has one for each neuron. */
  jsonLists: 4_000_000,
  /** A network has few; each name is matched with the others. */
  tensors: 10_000,
  /** Patterns search a name from each of its characters. */
  tensorNameLength: 1_000,
} as const;
