import { createClaim, signingKeyFromSeed } from '@kez-chat/identity'
import { type Counterparts, startCounterparts } from '@kez-chat/testkit'
import { afterEach, beforeEach } from 'vitest'
import { type ProofSettings, verifyProof } from '../src/index.ts'
import { FEDIVERSE_HOST, settingsFor, WEB_HOST } from './places.ts'

export const alice = signingKeyFromSeed(new Uint8Array(32).fill(1))
export const mallory = signingKeyFromSeed(new Uint8Array(32).fill(2))

/** When claims of tests are made, unless they say otherwise; unix milliseconds. */
export const MADE = Date.UTC(2026, 4, 25, 3)

export const claimOf = (subject: string, by = alice, expiresAt?: number) =>
  createClaim({ subject, createdAt: MADE, ...(expiresAt === undefined ? {} : { expiresAt }) }, by)

export type Rig = { all: Counterparts; settings: ProofSettings }

/** Fresh counterparts for each test, and the settings that lead to them. */
export const useCounterparts = (): Rig => {
  const rig = {} as Rig
  beforeEach(async () => {
    rig.all = await startCounterparts({ web: [WEB_HOST], activityPub: [FEDIVERSE_HOST] })
    rig.settings = settingsFor(rig.all)
  })
  afterEach(() => rig.all.stop())
  return rig
}

type Asked = Partial<Parameters<typeof verifyProof>[0]>

/** What comes of asking for a claim of Alice's an hour after she made it. */
export const askFor = ({ settings }: Rig, subject: string, more: Asked = {}) =>
  verifyProof({ subject, primary: alice.primary, settings, now: MADE + 60 * 60_000, ...more })
