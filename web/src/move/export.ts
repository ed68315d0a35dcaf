import type { Session } from '../session/session.ts'
import { changeProgress } from '../storage/progress.ts'
import { moveWords } from '../strings/move.ts'
import { argon2InWorker } from '../vault/argon2.ts'
import type { Secrets } from '../vault/vault.ts'
import { SinkError } from './problem.ts'
import { openSink, type Sink } from './sink.ts'
import { run } from './work.ts'
import { writeExport } from './write-export.ts'

type Wish = {
  readonly secrets: Secrets
  readonly passphrase: string
  readonly events: readonly unknown[] | undefined
}

/** What makes most of a file. */
const sized = ['messages', 'conversations', 'files', 'file_parts'] as const

const fileName = (handle: string, now: number): string =>
  `kez-${handle}-${new Date(now).toISOString().slice(0, 10)}.kez`

/** Tells what the disk does wrong from what the storage here does. */
const named = (sink: Sink): Sink => {
  const guarded = (work: Promise<void>): Promise<void> =>
    work.catch((cause: unknown) => {
      throw new SinkError('the file is not written', { cause })
    })
  return { ...sink, write: (parts) => guarded(sink.write(parts)), close: () => guarded(sink.close()) }
}

/** Asks for a place and writes everything there. From a click; resolves when it has ended, or nothing was chosen. */
export const exportNow = async (session: Session, { secrets, passphrase, events = [] }: Wish): Promise<void> => {
  const { store, key, account } = session
  const now = session.now()
  const name = fileName(account.value?.handle ?? 'me', now)
  const chosen = await openSink(name, moveWords().export.description).catch((cause: unknown) => {
    throw new SinkError('the file cannot be written', { cause })
  })
  if (!chosen) return
  const sink = named(chosen)
  const home = account.value && { base_url: window.location.origin, ...account.value }
  await run('export', async (signal, progress) => {
    try {
      const counts = await Promise.all(sized.map((name) => store.db.count(name)))
      const total = counts.reduce((sum, count) => sum + count, 1)
      const report = await writeExport(
        { store, secrets, primary: key.primary, account: home, events, passphrase, now },
        { kdf: argon2InWorker, sink, signal, onRecord: (written) => progress(Math.min(1, written / total)) },
      )
      await sink.close()
      // Without space the reminder stays as it was.
      await changeProgress(store, (known) => ({ ...known, exported_at: now })).catch(() => undefined)
      return { what: 'export', state: 'done', report, name }
    } catch (error) {
      await sink.abort().catch(() => undefined)
      throw error
    }
  })
}
