import type { clock as english } from '../en/clock.ts'

export const clock: typeof english = {
  ahead: (by: string) =>
    `Die Uhr dieses Geräts geht falsch: Sie geht ${by} gegenüber dem Server vor. Bis du sie stellst, richtet sich kez nach der Zeit des Servers.`,
  behind: (by: string) =>
    `Die Uhr dieses Geräts geht falsch: Sie geht ${by} gegenüber dem Server nach. Bis du sie stellst, richtet sich kez nach der Zeit des Servers.`,
}
