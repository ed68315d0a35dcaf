import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackup, restoreInto } from '@kez-chat/backup'
import { IdentityEvent, InboxRecord, streamName } from '@kez-chat/contracts'
import { startTestPostgres } from '@kez-chat/testkit'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { kdf, query, startRig } from '../../libs/backup/test/rig.ts'
import { frozenVersions } from './versions.ts'

const Contents = z.object({
  server: z.string(),
  records: z.array(InboxRecord),
  device: z.object({ endpoint: z.string(), label: z.string() }),
  backup: z.object({ passphrase: z.string() }),
})
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')))

const withBackup = frozenVersions.filter(({ folder }) => existsSync(join(folder, 'backup.tgz')))

describe.each(withBackup)('the backup of $version', ({ folder }) => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const contents = Contents.parse(read('data-folder.json'))

  it('opens under this version and comes back in an empty NATS and Postgres, to the last message and device', async () => {
    const place = mkdtempSync(join(tmpdir(), 'kez-frozen-backup-'))
    expect(spawnSync('tar', ['-xzf', join(folder, 'backup.tgz'), '-C', place]).status).toBe(0)
    const [rig, postgres] = await Promise.all([startRig(), startTestPostgres()])
    try {
      const { passphrase } = contents.backup
      const backup = await openBackup({
        folder: place,
        passphrase: async () => passphrase,
        kdf,
        version,
        server: contents.server,
      })
      const databaseUrl = await postgres.createDatabase()
      await restoreInto({ as: rig.as, reader: rig.as('backup'), databaseUrl }, backup)

      const records: unknown[] = []
      for await (const { data } of backup.messages('INBOX_0')) records.push(JSON.parse(new TextDecoder().decode(data)))
      expect(records).toEqual(contents.records)
      const frozen = z.array(z.object({ event: z.unknown() })).parse(read('events.json'))
      const log: unknown[] = []
      for await (const { data } of backup.messages(streamName.identity))
        log.push(IdentityEvent.parse(JSON.parse(new TextDecoder().decode(data))))
      const ofLog = frozen.map(({ event }) => event).filter((event) => IdentityEvent.safeParse(event).success)
      expect(log).toEqual(expect.arrayContaining(ofLog))

      const devices = await query(databaseUrl, 'select endpoint, label from push.subscriptions')
      expect(devices).toEqual([[contents.device.endpoint, contents.device.label]])
    } finally {
      await Promise.all([rig.stop(), postgres.stop()])
      rmSync(place, { recursive: true })
    }
  })
})
