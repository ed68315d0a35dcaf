import { relayListKinds, relayMailKinds } from '@kez-chat/contracts'

export const mailKinds: ReadonlySet<number> = new Set(relayMailKinds)
export const listKinds: ReadonlySet<number> = new Set(relayListKinds)
