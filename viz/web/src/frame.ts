// Binary frames of takt.v1 (docs/protocol.md, section 4). Doubles are read where they lie.

export interface Frame {
  channel: number;
  type: 0 | 1 | 2; // double, int64, text
  whole: boolean;
  envelope: boolean;
  sequence: number;
  time_s: number; // NaN: none
  sizes: number[]; // as many as the channel has dimensions
  firstRow: number;
  rows: number;
  stride: number;
  numbers: Float64Array; // doubles without a copy; int64 turned into doubles
  texts: string[];
}

export const HEAD_BYTES = 64;
const MAGIC = 0x31544b54;
const ACK_MAGIC = 0x31414b54;

/** Reads a frame; throws an Error that says what is wrong. */
export function readFrame(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength < HEAD_BYTES)
    throw new Error(`frame: ${buffer.byteLength} bytes, at least 64 needed`);
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('frame: does not begin with TKT1');
  const type = view.getUint8(6);
  const flags = view.getUint8(7);
  const nDimensions = view.getUint8(8);
  const nBytes = view.getUint32(12, true);
  if (type > 2) throw new Error(`frame: found type ${type}, allowed: 0, 1, 2`);
  if (nDimensions < 1 || nDimensions > 3)
    throw new Error(`frame: found ${nDimensions} dimensions, allowed: 1 to 3`);
  if (buffer.byteLength !== HEAD_BYTES + nBytes)
    throw new Error(`frame: ${nBytes} bytes announced, found ${buffer.byteLength - HEAD_BYTES}`);
  const sizes: number[] = [];
  let n = 1;
  for (let d = 0; d < nDimensions; ++d) {
    const size = view.getUint32(32 + 4 * d, true);
    sizes.push(size);
    n *= size;
  }
  if (type !== 2 && n * 8 !== nBytes) throw new Error(`frame: ${nBytes} bytes for ${n} values`);
  return {
    channel: view.getUint16(4, true),
    type: type as 0 | 1 | 2,
    whole: (flags & 1) !== 0,
    envelope: (flags & 2) !== 0,
    sequence: Number(view.getBigUint64(16, true)),
    time_s: view.getFloat64(24, true),
    sizes,
    firstRow: view.getUint32(44, true),
    rows: view.getUint32(48, true),
    stride: view.getUint32(52, true),
    numbers: readNumbers(buffer, type, n),
    texts: type === 2 ? readTexts(buffer, n) : [],
  };
}

// Every machine that runs a browser of today is little-endian, as the frames are.
function readNumbers(buffer: ArrayBuffer, type: number, n: number): Float64Array {
  if (type === 0) return new Float64Array(buffer, HEAD_BYTES, n);
  if (type === 1) return Float64Array.from(new BigInt64Array(buffer, HEAD_BYTES, n), Number);
  return new Float64Array(0);
}

function readTexts(buffer: ArrayBuffer, n: number): string[] {
  const bytes = new Uint8Array(buffer, HEAD_BYTES);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const texts: string[] = [];
  let at = 0;
  while (texts.length < n) {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw new Error(`frame: found ${texts.length} texts of ${n}`);
    texts.push(decoder.decode(bytes.subarray(at, end)));
    at = end + 1;
  }
  if (at !== bytes.length)
    throw new Error(`frame: ${bytes.length - at} bytes behind the last text`);
  return texts;
}

/** The acknowledgement: number of frames drawn since the connection began. */
export function writeAck(drawn: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, ACK_MAGIC, true);
  view.setBigUint64(8, BigInt(drawn), true);
  return view.buffer as ArrayBuffer;
}
