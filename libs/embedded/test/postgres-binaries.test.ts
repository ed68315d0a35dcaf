import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { postgresAccount } from '../src/postgres/account.ts'
import { runnablePostgres } from '../src/postgres/binaries.ts'
import { packagedPostgres } from '../src/postgres/packaged.ts'

const { folder: original, version } = packagedPostgres()
const account = postgresAccount()
let dir = ''
let folder = ''
beforeEach(() => {
  dir = mkdtempSync('/tmp/kez-binaries-')
  chmodSync(dir, 0o755)
  folder = join(dir, 'package', 'native')
  mkdirSync(join(dir, 'package'))
  cpSync(original, folder, { recursive: true, verbatimSymlinks: true })
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a Postgres without execute bits and library links, as installed without scripts, is mended in place', async () => {
  for (const name of readdirSync(join(folder, 'bin'))) chmodSync(join(folder, 'bin', name), 0o644)
  const library = join(folder, 'lib')
  const links = readdirSync(library).filter((name) => lstatSync(join(library, name)).isSymbolicLink())
  for (const name of links) rmSync(join(library, name))
  expect(await runnablePostgres({ folder, version }, account, join(dir, 'copies'))).toEqual({ folder, version })
  expect(links.length).toBeGreaterThan(0)
  for (const name of links) expect(statSync(join(library, name)).size).toBeGreaterThan(0)
})

test('a Postgres that does not run where it lies is reported with the way out', async () => {
  rmSync(join(folder, 'bin', 'initdb'))
  await expect(runnablePostgres({ folder, version }, account, join(dir, 'copies'))).rejects.toMatchObject({
    code: 'postgres_unavailable',
    message: expect.stringMatching(/DATABASE_URL/),
  })
})

// Only root lends Postgres another account; for anybody else the closed folder is their own and needs no copy.
const expected = () => (account === undefined ? folder : join(dir, 'copies', `pg-${version}`))

test('a folder that the account of Postgres may not enter is copied, once', async () => {
  chmodSync(join(dir, 'package'), 0o700)
  const find = () => runnablePostgres({ folder, version }, account, join(dir, 'copies'))
  expect(await find()).toEqual({ folder: expected(), version })
  const made = statSync(expected()).ino
  expect(await find()).toEqual({ folder: expected(), version })
  expect(statSync(expected()).ino).toBe(made)
})
