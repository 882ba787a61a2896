/** A .npy file of any description and any bytes. */
export function npy(
  descr: string,
  shape: string,
  data: Uint8Array,
  { fortran = "False", version = 1 } = {},
): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;
  const prefix = version === 1 ? 10 : 12;
  const text = `${header.padEnd(64 * Math.ceil((prefix + header.length + 1) / 64) - prefix - 1)}\n`;
  const bytes = new Uint8Array(prefix + text.length + data.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(new TextEncoder().encode(text), prefix);
  bytes.set(data, prefix + text.length);
  return bytes;
}
