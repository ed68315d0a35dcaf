import { deviceStorage, settle } from '../app/app.ts'
import type { Session } from '../session/session.ts'
import { createAtRest } from '../storage/at-rest.ts'
import { changeProgress } from '../storage/progress.ts'
import type { Store } from '../storage/store.ts'
import { type Beginning, openFile } from './file.ts'
import { type ImportReport, readExport } from './read-export.ts'
import { run } from './work.ts'

type Wish = { readonly file: File; readonly passphrase: string; readonly beginning: Beginning }

/** Whether this device has the storage key of the file. */
const hasKeyOf = ({ rest }: Store, { secrets }: Beginning): boolean =>
  secrets !== undefined && createAtRest(secrets.storageKey).tag('export', 'key') === rest.tag('export', 'key')

const take = async (
  store: Store,
  { file, passphrase, beginning }: Wish,
  { now, signal, progress }: { now: number; signal: AbortSignal; progress: (done: number) => void },
): Promise<ImportReport> => {
  const { primary, createdAt } = beginning
  if (!primary) throw new Error('nobody’s file')
  const reader = await openFile(file, passphrase)
  const report = await readExport(
    reader,
    { store, primary, sameKey: hasKeyOf(store, beginning), now },
    { signal, onProgress: (offset) => progress(offset / file.size) },
  )
  const { whole } = report
  if (whole && createdAt !== undefined)
    await changeProgress(store, (known) => ({ ...known, exported_at: Math.max(known.exported_at ?? 0, createdAt) }))
  return report
}

/** Adds what is in a file to what is here, which is of the same identity. */
export const importHere = ({ store, now }: Session, wish: Wish): Promise<void> => {
  const time = now()
  return run('import', async (signal, progress) => {
    return { what: 'import', state: 'done', report: await take(store, wish, { now: time, signal, progress }) }
  })
}

/** Makes this device the home of the identity in a file, in place of whatever was here, and opens it with `lock`. */
export const importAfresh = (wish: Wish, lock: string): Promise<void> =>
  run('import', async (signal, progress) => {
    const { secrets } = wish.beginning
    if (!secrets) throw new Error('a file without keys')
    await settle(secrets, lock, { restored: true, phraseNoted: false })
    const store = { db: deviceStorage(), rest: createAtRest(secrets.storageKey) }
    return { what: 'import', state: 'done', report: await take(store, wish, { now: Date.now(), signal, progress }) }
  })
