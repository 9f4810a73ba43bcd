// The pad takes its place: at once where the page keeps a place for it, and where a notebook shows a still picture as
// soon as the reader comes near.

addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".digit-pad").forEach((place) => DigitPad.mount(place, DIGIT_PAD_MODEL));

  const stills = document.querySelectorAll(".tag_digit-pad .cell_output img");
  const root = document.documentElement.dataset.content_root;
  const load = (script) =>
    new Promise((loaded) => {
      document.head.append(Object.assign(document.createElement("script"), { src: `${root}_static/${script}`, onload: loaded }));
    });
  const observer = new IntersectionObserver(
    async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      await Promise.all(["digit_pad_model.js", "digit_pad.js"].map(load));
      stills.forEach((still) => {
        const place = Object.assign(document.createElement("div"), { className: "digit-pad" });
        (still.closest("a") || still).replaceWith(place);
        DigitPad.mount(place, DIGIT_PAD_MODEL);
      });
    },
    { rootMargin: "1000px" },
  );
  stills.forEach((still) => observer.observe(still));
});
