const storageName = 'kez-identity-here'

/**
 * That this browser has held an identity, said outside of IndexedDB: when that is found empty, a person is told so and
 * not greeted as a newcomer. It says nothing about whose.
 */
export const leaveHint = (): void => {
  try {
    localStorage.setItem(storageName, 'yes')
  } catch {
    // A full or forbidden localStorage costs the hint, nothing else.
  }
}

export const hasHint = (): boolean => localStorage.getItem(storageName) !== null

export const dropHint = (): void => localStorage.removeItem(storageName)
