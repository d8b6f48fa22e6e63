// Stands between page and server: changes what the server sends, to show the page what no study
// that takt accepts can hold.

const HEAD = 64;

/** The head and payload of a frame (docs/protocol.md, section 4). */
export function read_frame(bytes) {
  const n_dimensions = bytes.readUInt8(8);
  const sizes = [0, 1, 2].map((i) => bytes.readUInt32LE(32 + 4 * i));
  return {
    channel: bytes.readUInt16LE(4),
    type: bytes.readUInt8(6),
    flags: bytes.readUInt8(7),
    sizes: sizes.slice(0, n_dimensions),
    head: bytes.subarray(0, HEAD),
    payload: bytes.subarray(HEAD, HEAD + bytes.readUInt32LE(12)),
  };
}

/** A whole value as a frame: `head` gives what is not said here. */
export function write_frame(head, { channel, type, sizes, payload, sequence }) {
  const out = Buffer.concat([Buffer.from(head), payload]);
  out.writeUInt16LE(channel, 4);
  out.writeUInt8(type, 6);
  out.writeUInt8(1, 7);
  out.writeUInt8(sizes.length, 8);
  out.writeUInt32LE(payload.length, 12);
  out.writeBigUInt64LE(BigInt(sequence), 16);
  [0, 1, 2].forEach((i) => out.writeUInt32LE(sizes[i] ?? 1, 32 + 4 * i));
  out.writeUInt32LE(0, 44);
  out.writeUInt32LE(sizes[0], 48);
  out.writeUInt32LE(1, 52);
  return out;
}

/** `text(object)` and `frame(bytes, names)` return what goes to the page instead (frame: one or a
 *  list); `names` gives the number of each channel. */
export async function rewrite(page, { text = (x) => x, frame = (x) => x }) {
  const names = {};
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => {
      if (typeof message !== 'string') {
        for (const bytes of [frame(message, names)].flat()) socket.send(bytes);
        return;
      }
      const value = JSON.parse(message);
      if (value.type === 'channels') for (const row of value.list) names[row.name] = row.id;
      socket.send(JSON.stringify(text(value)));
    });
  });
}
