import { fromBase64url, publicKeyOf } from '@kez-chat/identity'
import { type Signal, signal } from '@preact/signals-core'
import { deviceStorage, openVaultWith, phase, unlockWith } from '../app/app.ts'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import { isFull } from '../storage/errors.ts'
import { t } from '../strings/index.ts'
import { vaultProblem } from '../unlock/problem.ts'
import { VaultError } from '../vault/errors.ts'
import { openUnderPrf, parsePrfRecord, sealUnderPrf } from '../vault/prf.ts'
import { noteDone, noteUndone } from '../welcome/progress.ts'
import { askPrf, BiometricsError, disown, enrolPrf } from './webauthn.ts'

const key = 'webauthn'

type QuickUnlock = {
  /** Whether it is set up here; undefined until it is known. */
  readonly enrolled: Signal<boolean | undefined>
  readonly problem: Signal<string>
  readonly working: Signal<boolean>
}

const begin = (): QuickUnlock => {
  const enrolled = signal<boolean | undefined>(undefined)
  const read = async (): Promise<void> => {
    const known = (await deviceStorage().getKey('biometrics', key)) !== undefined
    enrolled.value ??= known
  }
  void read().catch(() => undefined)
  return { enrolled, problem: signal(''), working: signal(false) }
}

const visit = perVisit(begin)

/** What is known of it in this visit, and under this lock or session: another identity finds nothing of the last one. */
export const quickUnlock = (): QuickUnlock => {
  const now = phase.value
  return visit(now.name === 'open' ? now.session : now)
}

const wording = (error: unknown): string => {
  if (error instanceof BiometricsError) return t.keys.quick[error.code]
  return isFull(error) ? t.passphrase.full : vaultProblem(error)
}

const attempt = async (
  work: (state: QuickUnlock) => Promise<void>,
  say: (error: unknown) => string = wording,
): Promise<void> => {
  const state = quickUnlock()
  const { problem, working } = state
  if (working.value) return
  working.value = true
  problem.value = ''
  try {
    await work(state)
  } catch (error) {
    problem.value = say(error)
  } finally {
    working.value = false
  }
}

/** Sets quick unlock up, after the passphrase was entered afresh. */
export const enrol = (session: Session, passphrase: string): Promise<void> =>
  attempt(async ({ enrolled }) => {
    const secrets = await openVaultWith(passphrase)
    const account = session.account.value
    const name = account ? `${account.handle}@${account.server}` : 'kez'
    const answer = await enrolPrf({ id: publicKeyOf(session.key.primary), name })
    await deviceStorage().put('biometrics', await sealUnderPrf(secrets, answer), key)
    enrolled.value = true
    await noteDone(session, 'lock')
  })

export const remove = (session: Session): Promise<void> =>
  attempt(async ({ enrolled }) => {
    const stored = await deviceStorage().get('biometrics', key)
    await deviceStorage().delete('biometrics', key)
    enrolled.value = false
    await noteUndone(session, 'lock')
    await disown(fromBase64url(parsePrfRecord(stored).credential, 1_024))
  })

const staleOr = (error: unknown): string => (error instanceof VaultError ? t.keys.quick.stale : wording(error))

export const unlockQuickly = (): Promise<void> =>
  attempt(async () => {
    const record = parsePrfRecord(await deviceStorage().get('biometrics', key))
    const output = await askPrf(fromBase64url(record.credential, 1_024), fromBase64url(record.input, 32))
    await unlockWith(await openUnderPrf(record, output))
  }, staleOr)
