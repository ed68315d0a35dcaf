import { createClaim, formatTimestamp, nostrSigningKey, signingKeyFromSeed } from '../../src/index.ts'

export const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
export const newKey = signingKeyFromSeed(new Uint8Array(32).fill(2))
export const nostrKey = nostrSigningKey(new Uint8Array(32).fill(1))
export const at = Date.parse('2026-05-25T03:00:00Z')
export const base = { version: 1, primary: key.primary, created_at: formatTimestamp(at) }
export const claim = createClaim({ subject: 'github:alice', createdAt: at, expiresAt: at + 60_000 }, key)
