import {
  acceptRotation,
  type ChainHead,
  createClaim,
  createEvent,
  emptyChain,
  fromHex,
  jcs,
  type NewChange,
  parseTimestamp,
  signingKeyFromSeed,
  validateChain,
} from '../../libs/identity/src/index.ts'
import identity from '../../vectors/identity.json' with { type: 'json' }
import vectors from '../../vectors/rotation.json' with { type: 'json' }
import { refused, same, type VectorCheck } from './check.ts'

const oldKey = signingKeyFromSeed(fromHex(vectors.old_seed, 32))
const newKey = signingKeyFromSeed(fromHex(vectors.new_seed, 32))
const at = (time: string): number => parseTimestamp(`2026-05-25T${time}Z`)
const claim = createClaim({ subject: 'GitHub:Alice', createdAt: at('03:00:00') }, oldKey)

/** The published chain, made anew from the two seeds. */
const steps: ((head: ChainHead) => readonly [NewChange, number])[] = [
  () => [{ op: 'add', subject: 'GitHub:Alice', claim }, at('03:01:00')],
  () => [{ op: 'revoke', subject: 'github:alice' }, at('03:02:00')],
  (head) => [{ op: 'rotate', acceptance: acceptRotation(head, newKey) }, at('03:03:00')],
]

const made = (): unknown[] => {
  let head = emptyChain(oldKey.primary)
  return steps.map((step) => {
    const next = createEvent(head, ...step(head), oldKey)
    head = next.head
    return next.envelope
  })
}

/** rotation.json, and the chain of identity.json, which it goes on from. */
export const rotationChecks: VectorCheck[] = [
  { name: 'the claim is made as published', run: () => same(jcs(claim), jcs(identity.claim)) },
  {
    name: 'the chain with its rotation is made as published, byte for byte',
    run: () => same(jcs(made()), jcs(vectors.chain)),
  },
  {
    name: 'the chain before the rotation is the one of the identity vectors',
    run: () => same(jcs(made().slice(0, 2)), jcs(identity.sigchain)),
  },
  {
    name: 'the rotated chain is valid and names the new key',
    run: () => {
      const { status, length } = validateChain(vectors.chain, oldKey.primary)
      same(jcs(status), jcs({ kind: 'rotated', to: newKey.primary }))
      same(length, 3)
    },
  },
  {
    name: 'the chain without its first event is refused',
    run: () => refused(() => validateChain(vectors.chain.slice(1)), 'chain_conflict'),
  },
  {
    name: 'an acceptance for another head is refused',
    run: () => {
      const head = validateChain(vectors.chain.slice(0, 1))
      const acceptance = acceptRotation({ primary: oldKey.primary }, newKey)
      return refused(() => createEvent(head, { op: 'rotate', acceptance }, at('03:03:00'), oldKey), 'invalid')
    },
  },
]
