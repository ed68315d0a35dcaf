import { COMPACT_PREFIXES, fromCompact, MAX_PROOF_BYTES } from './compact.ts'
import { IdentityError } from './errors.ts'
import { parseJson } from './json.ts'
import { isRecord, type JsonRecord } from './record.ts'

/** What a text was read as. Nothing is verified yet: that is for `verifyClaim` and `validateChain`. */
export type Proof =
  | { readonly kind: 'claim'; readonly envelope: JsonRecord }
  | { readonly kind: 'chain'; readonly events: readonly JsonRecord[] }

const isTagged =
  (tag: string) =>
  (value: unknown): value is JsonRecord =>
    isRecord(value) && value.kez === tag
const isClaim = isTagged('claim')
const isEvent = isTagged('sigchain_event')

/** The proofs in a JSON value: one claim, one event, an array of claims, or an array of events, which is a chain. */
const proofsOfValue = (value: unknown): Proof[] => {
  const items: unknown[] = Array.isArray(value) ? value : [value]
  if (items.length > 0 && items.every(isEvent)) return [{ kind: 'chain', events: items }]
  if (items.length > 0 && items.every(isClaim)) return items.map((envelope) => ({ kind: 'claim', envelope }))
  throw new IdentityError('wrong_type', 'neither a claim nor a sigchain')
}

const proofsOfLines = (text: string): Proof[] => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return proofsOfValue(lines.map((line) => parseJson(line, MAX_PROOF_BYTES)))
}

const isOneLine = (text: string): boolean => !text.trim().includes('\n')

/** JSON over one or many lines, else JSONL, which is told from it by what the first line holds. */
export const proofsOfJson = (text: string): Proof[] => {
  try {
    return proofsOfValue(parseJson(text, MAX_PROOF_BYTES))
  } catch (error) {
    if (isOneLine(text) || !(error instanceof IdentityError) || error.code !== 'malformed') throw error
    return proofsOfLines(text)
  }
}

/** One compact text, nothing around it. */
export const proofsOfCompact = async (text: string): Promise<Proof[]> => {
  if (text.startsWith(COMPACT_PREFIXES.chain)) return proofsOfLines(await fromCompact(COMPACT_PREFIXES.chain, text))
  return proofsOfValue(parseJson(await fromCompact(COMPACT_PREFIXES.document, text), MAX_PROOF_BYTES))
}
