export {
  type Composed,
  composeVisualProfile,
  MOST_DECOYS,
  type NamedWrap,
  VISUAL_SIDES,
  type VisualProfile,
  type VisualSide,
} from './compose-profile.ts'
export { checkJpeg, MAX_JPEG_SIDE } from './jpeg.ts'
export { MAX_PICTURE_LENGTH, type PictureText, pictureText, readPictureText } from './picture-url.ts'
export { decodePng, encodePng, MAX_PNG_BYTES, MAX_PNG_SIDE } from './png.ts'
export { readProfile, wrapsOf, wrapUnder } from './read-profile.ts'
export { newVisualKey, type Pixels, pixelOrder, scramble, unscramble, type VisualKey } from './scramble.ts'
export { shrink } from './shrink.ts'
export { decoyTags, visualTag } from './tag.ts'
export { createDecoy, createKeyWrap, openKeyWrap, visualKeyBody, type WrapAddress } from './wrap.ts'
