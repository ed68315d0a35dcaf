import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findNatsServer } from '../src/index.ts'
import { releaseName } from '../src/nats/fetch-release.ts'

const version = '2.15.1'
let dir = ''
let cache = ''
let server: Server | undefined
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kez-find-'))
  cache = join(dir, 'cache')
})
afterEach(() => {
  server?.close()
  rmSync(dir, { recursive: true, force: true })
})

const program = (path: string, says: string) => {
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${says}"\n`)
  chmodSync(path, 0o755)
  return path
}

const archive = (says = version) => {
  const name = releaseName(version)
  mkdirSync(join(dir, name))
  program(join(dir, name, 'nats-server'), says)
  execFileSync('tar', ['-czf', 'release.tar.gz', name], { cwd: dir })
  return readFileSync(join(dir, 'release.tar.gz'))
}

/** A server that serves a release like the official one. */
const release = async (files: Record<string, Buffer | string>) => {
  server = createServer((request, response) => {
    const file = files[request.url ?? '']
    if (file === undefined) response.writeHead(404).end()
    else response.end(file)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { baseUrl: `http://127.0.0.1:${port}`, version, timeoutMs: 5_000 }
}

const sumsOf = (bytes: Buffer) =>
  `${createHash('sha256').update(bytes).digest('hex')}  ${releaseName(version)}.tar.gz\n`
const sumsPath = `/v${version}/SHA256SUMS`
const archivePath = `/v${version}/${releaseName(version)}.tar.gz`
const env = () => ({ PATH: '', KEZ_CACHE_DIR: cache })

test('a configured program is used, and one that is too old or none is refused by name', async () => {
  const good = program(join(dir, 'good'), '2.14.4')
  expect(await findNatsServer({ env: { NATS_SERVER_BIN: good } })).toEqual({ path: good, version: '2.14.4' })
  const old = program(join(dir, 'old'), '2.14.3')
  await expect(findNatsServer({ env: { NATS_SERVER_BIN: old } })).rejects.toMatchObject({
    code: 'nats_server_too_old',
    message: expect.stringContaining(old),
  })
  await expect(findNatsServer({ env: { NATS_SERVER_BIN: join(dir, 'none') } })).rejects.toMatchObject({
    code: 'nats_server_unavailable',
    message: expect.stringContaining('NATS_SERVER_BIN'),
  })
})

test('one on PATH is used when it is new enough', async () => {
  const [oldFolder, newFolder] = [join(dir, 'a'), join(dir, 'b')]
  for (const folder of [oldFolder, newFolder]) mkdirSync(folder)
  program(join(oldFolder, 'nats-server'), '2.9.0')
  const good = program(join(newFolder, 'nats-server'), '2.15.0')
  const found = await findNatsServer({ env: { PATH: `${oldFolder}:${newFolder}:/usr/bin:/bin`, KEZ_CACHE_DIR: cache } })
  expect(found.path).toBe(good)
})

test('a release is fetched once, checked and kept, also by several at the same time', async () => {
  const bytes = archive()
  const releases = await release({ [sumsPath]: sumsOf(bytes), [archivePath]: bytes })
  const find = () => findNatsServer({ env: env(), releases, useApt: false })
  const found = await Promise.all([find(), find(), find()])
  expect(new Set(found.map(({ path }) => path))).toEqual(new Set([join(cache, 'nats-server')]))
  expect(readdirSync(cache)).toEqual(['nats-server'])
  server?.close()
  expect(await find()).toEqual({ path: join(cache, 'nats-server'), version })
})

test('an archive that is not what the release lists is refused and not kept', async () => {
  const bytes = archive()
  const releases = await release({ [sumsPath]: sumsOf(Buffer.from('something else')), [archivePath]: bytes })
  await expect(findNatsServer({ env: env(), releases, useApt: false })).rejects.toMatchObject({
    code: 'checksum_mismatch',
  })
  expect(existsSync(join(cache, 'nats-server'))).toBe(false)
})

test('a fetched program that is too old is not kept', async () => {
  const bytes = archive('2.10.0')
  const releases = await release({ [sumsPath]: sumsOf(bytes), [archivePath]: bytes })
  await expect(findNatsServer({ env: env(), releases, useApt: false })).rejects.toMatchObject({
    code: 'nats_server_unavailable',
    message: expect.stringContaining('2.10.0'),
  })
  expect(readdirSync(cache)).toEqual([])
})

test('a list of checksums without end is cut off', async () => {
  const releases = await release({ [sumsPath]: Buffer.alloc(1024 * 1024, 'x') })
  await expect(findNatsServer({ env: env(), releases, useApt: false })).rejects.toThrow(/larger than 65536 bytes/)
})

test('without a network the message tells of NATS_SERVER_BIN', async () => {
  const releases = { baseUrl: 'http://127.0.0.1:9', version, timeoutMs: 2_000 }
  await expect(findNatsServer({ env: env(), releases, useApt: false })).rejects.toMatchObject({
    code: 'nats_server_unavailable',
    message: expect.stringMatching(/Without internet.*NATS_SERVER_BIN/s),
  })
})
