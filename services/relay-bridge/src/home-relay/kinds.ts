import { relayListKinds, relayMailKinds } from '@kez-chat/contracts'

/** Of kind 30078 only the one with this name is kept: a claim or sigchain (protocol §1). */
export const appDataName = 'kez'

export const mailKinds: ReadonlySet<number> = new Set(relayMailKinds)
export const listKinds: ReadonlySet<number> = new Set(relayListKinds)
