import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as native from '../../libs/identity/src/ed25519-native.ts'
import { verifyEd25519 as portable } from '../../libs/identity/src/ed25519-portable.ts'
import { verifyEd25519 } from '../../libs/identity/src/index.ts'
import { allChecks } from './all-checks.ts'
import { ed25519Checks } from './ed25519-checks.ts'

const folder = new URL('../../vectors/', import.meta.url)

describe('vectors in Node', () => {
  it('are the published files, byte for byte, and no others', () => {
    const listed = readFileSync(new URL('SHA256SUMS', folder), 'utf8').trim().split('\n')
    const actual = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map(
        (name) =>
          `${createHash('sha256')
            .update(readFileSync(new URL(name, folder)))
            .digest('hex')}  ${name}`,
      )
    expect(actual).toEqual(listed)
  })

  it('are judged by the native verifier on the server', () => {
    expect(verifyEd25519).toBe(native.verifyEd25519)
  })

  for (const check of allChecks) it(check.name, check.run)
  for (const check of ed25519Checks('portable', portable)) it(check.name, check.run)
})
