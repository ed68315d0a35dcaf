/** Where `n` stands among ascending numbers, or would. */
export const placeOf = (numbers: readonly number[], n: number): number => {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? n) < n) low = middle + 1
    else high = middle
  }
  return low
}
