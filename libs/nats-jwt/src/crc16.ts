const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc
})

/** CRC-16/XMODEM (polynomial 0x1021, start 0) of the first `length` bytes. */
export const crc16 = (bytes: Uint8Array, length: number): number => {
  let crc = 0
  for (let i = 0; i < length; i++) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[((crc >> 8) ^ (bytes[i] ?? 0)) & 0xff] ?? 0)
  }
  return crc
}
