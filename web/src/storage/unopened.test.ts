import { describe, expect, it } from 'vitest'
import { freshStore } from '../../test/store.ts'
import { forgetUnopened, listUnopened, storeUnopened } from './unopened.ts'

const unopened = (reason: string) => ({ reason, received_at: 1, message: { v: 9 } })

describe('what cannot be opened', () => {
  it('is kept once with the reason, however often and by whichever way it comes', async () => {
    const store = await freshStore()
    for (const reason of ['undecryptable', 'undecryptable']) await storeUnopened(store, 'one', unopened(reason))
    await storeUnopened(store, 'two', unopened('too_old'))
    expect((await listUnopened(store)).map(({ reason }) => reason).toSorted()).toEqual(['too_old', 'undecryptable'])
    await forgetUnopened(store)
    expect(await listUnopened(store)).toEqual([])
  })

  it('does not fill the device, whoever sends it', async () => {
    const store = await freshStore()
    for (let i = 0; i < 520; i++) await storeUnopened(store, String(i), unopened('undecryptable'))
    expect(await listUnopened(store)).toHaveLength(500)
  })
})
