import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Outcome } from './bombs.ts'

const run = promisify(execFile)

it('inputs that ask for gigabytes take no more memory than a few times the bound of 1 MiB', async () => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'bombs.ts')], { timeout: 50_000 })
  const { grownMiB, results }: Outcome = JSON.parse(stdout)
  expect(results).toEqual({
    'blocks that repeat one byte, 1 GiB, native': 'too_large',
    'blocks that repeat one byte, 1 GiB, portable': 'too_large',
    'a declared size of 4 GiB, native': 'too_large',
    'a declared size of 4 GiB, portable': 'too_large',
    'compressed blocks, 1 GiB, native': 'too_large',
    'compressed blocks, 1 GiB, portable': 'too_large',
    'a window of 128 MiB around nothing, native': 'read',
    'a window of 128 MiB around nothing, portable': 'read',
    'a window of 3.75 TiB around nothing, native': 'read',
    'a window of 3.75 TiB around nothing, portable': 'read',
    'sixteen bombs in one text': 'too_large',
    'a million brackets': 'malformed',
    'a million quotes': 'malformed',
    'ten times too much text': 'too_large',
  })
  // Garbage that is not collected yet and the stack of the JSON parser included; the bombs want 1,000 and more.
  expect(grownMiB).toBeLessThan(96)
})
