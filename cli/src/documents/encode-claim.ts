import {
  type Claim,
  encodeCompact,
  encodeDnsTxt,
  encodeJson,
  encodeMarkdown,
  formatTxtRecord,
} from '@kez-chat/identity'
import type { Encoding } from './places.ts'

/** A claim as a text that ends with a line break. */
export const encodeClaim: Readonly<Record<Encoding, (claim: Claim) => Promise<string>>> = {
  json: async (claim) => encodeJson(claim),
  compact: async (claim) => `${await encodeCompact(claim)}\n`,
  markdown: async (claim) => encodeMarkdown(claim),
  dns: async (claim) => `${formatTxtRecord(await encodeDnsTxt(claim))}\n`,
}
