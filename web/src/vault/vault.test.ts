import { readFileSync } from 'node:fs'
import { fromHex, phraseToSeed, randomBytes, toHex } from '@kez-chat/identity'
import { argon2id } from 'hash-wasm'
import { describe, expect, it } from 'vitest'
import { type Kdf, openVault, sealVault } from './vault.ts'

const kdf: Kdf = async (password, salt, { m, t, p }) =>
  Uint8Array.from(
    await argon2id({
      password,
      salt,
      memorySize: m,
      iterations: t,
      parallelism: p,
      hashLength: 32,
      outputType: 'binary',
    }),
  )

const secrets = { seed: randomBytes(32), storageKey: randomBytes(32), phrase: 'some words' }

describe('the vault', () => {
  it('gives back what was put in, to the right passphrase only', async () => {
    const record = await sealVault(secrets, 'correct horse', kdf)
    expect(await openVault(structuredClone(record), 'correct horse', kdf)).toEqual(secrets)
    await expect(openVault(record, 'correct horsE', kdf)).rejects.toMatchObject({ code: 'wrong_passphrase' })
  })

  it('has a fresh salt and nonce on each write', async () => {
    const [a, b] = [await sealVault(secrets, 'same passphrase', kdf), await sealVault(secrets, 'same passphrase', kdf)]
    expect(a.salt).not.toBe(b.salt)
    expect(a.nonce).not.toBe(b.nonce)
    expect(a.ct).not.toBe(b.ct)
  })

  it('opens however the keyboard composes the letters', async () => {
    const record = await sealVault(secrets, 'schöne grüße'.normalize('NFD'), kdf)
    expect(await openVault(record, 'schöne grüße'.normalize('NFC'), kdf)).toEqual(secrets)
  })

  it('derives with the cost in the record, not with the one of today', async () => {
    const record = await sealVault(secrets, 'passphrase', kdf)
    const asked: unknown[] = []
    const watching: Kdf = (password, salt, cost) => {
      asked.push(cost)
      return kdf(password, salt, { m: 65_536, t: 3, p: 1 })
    }
    await openVault({ ...record, m: 131_072, t: 5 }, 'passphrase', watching)
    expect(asked).toEqual([{ m: 131_072, t: 5, p: 1 }])
  })

  it('of version 0.1 opens to its seed', async () => {
    const file = new URL('../../../fixtures/v0.1/vault.json', import.meta.url)
    const fixture: Record<'passphrase' | 'seed' | 'storage_key' | 'phrase', string> & { vault: unknown } = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    const opened = await openVault(fixture.vault, fixture.passphrase, kdf)
    expect(toHex(opened.seed)).toBe(fixture.seed)
    expect(toHex(opened.storageKey)).toBe(fixture.storage_key)
    expect(opened.phrase).toBe(fixture.phrase)
    expect(phraseToSeed(fixture.phrase)).toEqual(fromHex(fixture.seed, 32))
  })
})
