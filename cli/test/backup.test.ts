import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTestPostgres, type TestPostgres } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type Folder,
  makeFolder,
  makeStreams,
  post,
  query,
  type Rig,
  register,
  startRig,
} from '../../libs/backup/test/rig.ts'
import { kez } from './kez.ts'

let [source, target]: (Rig | undefined)[] = []
let postgres: TestPostgres
let databaseUrl: string
let folder: Folder

beforeAll(async () => {
  folder = makeFolder()
  postgres = await startTestPostgres()
  databaseUrl = await postgres.createDatabase()
  ;[source, target] = await Promise.all([startRig(), startRig()])
  await makeStreams(source)
  await register(source, 20)
  await post(source, 50)
  await query(databaseUrl, 'create schema push')
  await query(databaseUrl, 'create table push.devices (id bigint generated always as identity primary key, label text)')
  await query(databaseUrl, `insert into push.devices (label) values ('a phone')`)
})
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()])
  await postgres.stop()
  folder.remove()
})

const admin = (args: readonly string[], env: Record<string, string> = {}) =>
  kez(['admin', ...args], {
    env: {
      KEZ_DATA_DIR: join(folder.path, 'none'),
      KEZ_CHAT_SERVER: 'chat.example',
      NATS_URL: source?.nats.url ?? '',
      KEZ_BACKUP_NATS_SEED_FILE: source?.nats.seedFiles.backup ?? '',
      DATABASE_URL: databaseUrl,
      ...env,
    },
  })
const to = () => join(folder.path, 'backups')
const newest = () => join(to(), readdirSync(to()).sort().at(-1) ?? '')

it('backs up a NATS and a Postgres of the operator, and says what is in it and what is not', async () => {
  const { code, out, err } = await admin(['backup', '--to', to(), '--without-keys'])
  expect(err).toBe('  copying Postgres …\n  copying INBOX_0 …\n  copying IDENTITY …\n')
  expect(code).toBe(0)
  expect(out).toMatch(/^backup +.*\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/m)
  expect(out).toMatch(/^of +chat\.example$/m)
  expect(out).toMatch(/^holds +everything acknowledged before \d{4}-.*Z$/m)
  expect(out).toMatch(/^keys +left out$/m)
  expect(out).toMatch(/^sealed +no: who has the files can read them$/m)
  expect(out).toMatch(/^INBOX_0 +50 /m)
  expect(out).toMatch(/^push\.devices +1 /m)
})

it('puts it into another NATS and Postgres, once', async () => {
  const url = await postgres.createDatabase()
  const urlFile = join(folder.path, 'url')
  writeFileSync(urlFile, `${url}\n`)
  const args = ['restore', '--from', newest(), '--nats-url', target?.nats.url ?? '', '--database-url-file', urlFile]
  const withKeys = [...args, '--server-keys', join(target?.nats.dir ?? '', 'keys')]
  const restored = await admin(withKeys)
  expect(restored.err).not.toMatch(/^kez:/m)
  expect(restored.out).toMatch(/^IDENTITY +40 +[0-9a-f]{16} +same$/m)
  expect(restored.out).toContain('Start the services with KEZ_CHAT_SERVER=chat.example and KEZ_INBOX_STREAMS=1.')
  expect(await query(url, 'select label from push.devices')).toEqual([['a phone']])

  const again = await admin([...withKeys, '--json'])
  expect([again.code, JSON.parse(again.err.split('\n').at(-2) ?? '').error.code]).toEqual([1, 'target_not_empty'])
  expect((await admin(args)).err).toContain('--server-keys is missing')
})

it('needs the keys that others know the server by, unless they are left out on purpose', async () => {
  const { code, err } = await admin(['backup', '--to', to(), '--json'])
  expect([code, JSON.parse(err).error]).toEqual([
    4,
    {
      code: 'no_keys',
      message: expect.stringContaining('the key of pushes'),
      hint: expect.stringContaining('--without-keys'),
    },
  ])
})

it.each<[string, readonly string[], Record<string, string>, number, RegExp]>([
  ['no folder', ['backup'], {}, 2, /--to is missing/],
  ['no number', ['backup', '--to', 'x', '--keep', '0'], {}, 2, /--keep is a whole number from 1/],
  [
    'no domain',
    ['backup', '--to', 'x', '--without-keys'],
    { KEZ_CHAT_SERVER: '' },
    2,
    /the domain of the server is not known/,
  ],
  [
    'nobody there',
    ['backup', '--to', 'x', '--without-keys', '--nats-url', 'nats://127.0.0.1:1'],
    {},
    3,
    /was not reached/,
  ],
  ['no backup named', ['restore'], {}, 2, /--from is missing/],
])('kez admin, %s', async (_, args, env, exit, message) => {
  const { code, err } = await admin(args, env)
  expect(err).toMatch(message)
  expect(code).toBe(exit)
})

it('refuses a backup of another domain, one that was cut off, and a folder that holds anything, in words and by code', async () => {
  const codeOf = async (...args: string[]) => {
    const { code, err } = await admin(['restore', ...args, '--json'], { NATS_URL: '' })
    return [code, JSON.parse(err.split('\n').at(-2) ?? '{}').error?.code]
  }
  expect(await codeOf('--from', newest(), '--domain', 'other.example')).toEqual([1, 'other_server'])
  const full = join(folder.path, 'full')
  mkdirSync(full)
  writeFileSync(join(full, 'mine'), 'x')
  expect(await codeOf('--from', newest(), '--data-dir', full)).toEqual([1, 'target_not_empty'])
  expect(readFileSync(join(full, 'mine'), 'utf8')).toBe('x')
  rmSync(join(newest(), 'manifest.json'))
  expect(await codeOf('--from', newest(), '--data-dir', join(folder.path, 'new'))).toEqual([4, 'backup_incomplete'])
})
