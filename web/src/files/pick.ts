/** Where files are picked from. */
export type Source = 'pictures' | 'camera' | 'files'

let input: HTMLInputElement | undefined

/** Opens the system's own picker. Nothing happens when it is left without a choice. */
export const pickFiles = (from: Source, take: (files: readonly File[]) => void): void => {
  // Kept, since some browsers forget an element that nobody holds while the picker is open.
  input = document.createElement('input')
  input.type = 'file'
  input.multiple = from !== 'camera'
  if (from !== 'files') input.accept = from === 'camera' ? 'image/*' : 'image/*,video/*'
  if (from === 'camera') input.setAttribute('capture', 'environment')
  input.addEventListener('change', () => {
    take([...(input?.files ?? [])])
    input = undefined
  })
  input.click()
}
