/**
 * What the embedded recogniser says where it hears speech and has no recogniser to turn it into words. The interface
 * shows it in the reader's language; a model is told what it means. A file of its own, so that the page can know the
 * marker without loading the codec and the schemas of the whole protocol.
 */
export const UNRECOGNISED_SPEECH = '[speech]';
