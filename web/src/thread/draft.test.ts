import { afterEach, describe, expect, it, vi } from 'vitest'
import { fillDevice } from '../../test/full-device.ts'
import { freshStore } from '../../test/store.ts'
import { isAllSaved } from '../app/unsaved.ts'
import { type Draft, noDraft, readDraft } from '../storage/draft.ts'
import type { Store } from '../storage/store.ts'
import { findDraft, keepDraft } from './draft.ts'

let device: ReturnType<typeof fillDevice> | undefined
afterEach(() => device?.free())

const keeping = (store: Store, begun: Draft) => {
  const told: boolean[] = []
  const onKept = vi.fn()
  const keeper = keepDraft(store, 'bob', {
    ...{ begun, onKept, ended: new AbortController().signal },
    onStored: (stored) => told.push(stored),
  })
  return { keeper, told, onKept }
}

describe('what is being written', () => {
  it('is kept as it was last', async () => {
    const store = await freshStore()
    const { keeper, told, onKept } = keeping(store, noDraft)
    for (const text of ['h', 'he', 'hey']) keeper.typed({ text })
    keeper.left()
    await vi.waitFor(() => expect(onKept).toHaveBeenCalledOnce())
    expect([await readDraft(store, 'bob'), told]).toEqual([{ text: 'hey' }, [true]])
  })

  it('outlives its thread where there is no space, says so, and is stored once there is', async () => {
    const store = await freshStore()
    device = fillDevice()
    const before = keeping(store, noDraft)
    before.keeper.typed({ text: 'half a th' })
    await vi.waitFor(() => expect(before.told).toEqual([false]))
    before.keeper.typed({ text: 'half a thought' })
    before.keeper.left()
    await vi.waitFor(() => expect(before.told).toEqual([false, false]))
    expect(await findDraft(store, 'bob')).toEqual({ text: 'half a thought' })
    // The page must not be loaded anew by itself.
    expect(await isAllSaved(0)).toBe(false)
    device.free()
    expect(await readDraft(store, 'bob')).toEqual(noDraft)
    const after = keeping(store, await findDraft(store, 'bob'))
    await vi.waitFor(() => expect(after.told).toEqual([true]))
    expect(await isAllSaved(0)).toBe(true)
    expect(await readDraft(store, 'bob')).toEqual({ text: 'half a thought' })
  })

  it('is not brought back after it was sent', async () => {
    const store = await freshStore()
    device = fillDevice()
    const { keeper, told } = keeping(store, noDraft)
    keeper.typed({ text: 'sent soon' })
    await vi.waitFor(() => expect(told).toEqual([false]))
    device.free()
    keeper.typed(noDraft)
    await vi.waitFor(() => expect(told).toEqual([false, true]))
    expect(await findDraft(store, 'bob')).toEqual(noDraft)
  })
})
