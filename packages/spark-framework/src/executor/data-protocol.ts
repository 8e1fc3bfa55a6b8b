// The HTTP conversation between executors: one POST asks for many blocks of one executor and is answered by one stream.
//   POST /shuffle  {"shuffleId", "reducePartition", "outputs": [{"mapPartition", "taskId", "offset"}]}
//     answer: for each output u32 map partition · u32 status (0 ok, 1 not here) · f64 bytes that follow · bytes
//   GET /block/<id>   answer: the block's frames
// Every request carries the application's token; see Security in README.md.

export const TOKEN_HEADER = 'x-spark-token';
export const SEGMENT_HEADER_BYTES = 16;

export interface ShuffleAsk {
  readonly shuffleId: number;
  readonly reducePartition: number;
  readonly outputs: readonly { readonly mapPartition: number; readonly taskId: number; readonly offset: number }[];
}

export interface SegmentHeader {
  readonly mapPartition: number;
  readonly present: boolean;
  readonly bytes: number;
}

export function encodeSegmentHeader({ mapPartition, present, bytes }: SegmentHeader): Buffer {
  const header = Buffer.allocUnsafe(SEGMENT_HEADER_BYTES);
  header.writeUInt32LE(mapPartition, 0);
  header.writeUInt32LE(present ? 0 : 1, 4);
  header.writeDoubleLE(bytes, 8);
  return header;
}

export function decodeSegmentHeader(bytes: Buffer): SegmentHeader {
  return { mapPartition: bytes.readUInt32LE(0), present: bytes.readUInt32LE(4) === 0, bytes: bytes.readDoubleLE(8) };
}
