// The digit pad in a notebook: what is on it travels to Python as 784 little-endian float32, or as null.

export default {
  render({ model, el }) {
    const place = document.createElement("div");
    el.append(place);
    const sent = model.get("picture");
    const start = sent && new Float32Array(sent.buffer.slice(sent.byteOffset, sent.byteOffset + sent.byteLength));
    DigitPad.mount(place, DIGIT_PAD_MODEL, {
      start,
      onPicture(picture) {
        model.set("picture", picture && new DataView(Float32Array.from(picture).buffer));
        model.save_changes();
      },
    });
  },
};
