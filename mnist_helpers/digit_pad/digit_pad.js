// The digit pad: a drawing becomes a picture of 28 x 28 numbers, a small network reads it, and every layer shows its
// answer. No library, and nothing leaves the page. Needs DIGIT_PAD_MODEL (digit_pad_model.js) and digit_pad.css.

const DigitPad = (() => {
  "use strict";

  // ---- The network: one short function a kind of layer; numbers lie row by row, the channels of a place side by side

  const layerKinds = {
    convolution(layer, input, [height, width, channels]) {
      const [kernel, bias] = layer.weights;
      const [tall, wide, , maps] = layer.weightShapes[0];
      const [rows, columns] = layer.shape;
      const [above, left] = [tall, wide].map((side) => (layer.padding === "same" ? Math.floor((side - 1) / 2) : 0));
      const output = new Float32Array(rows * columns * maps);
      const sums = new Float64Array(maps);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          sums.set(bias);
          for (let i = 0; i < tall; i++) {
            const y = row + i - above;
            if (y < 0 || y >= height) continue;
            for (let j = 0; j < wide; j++) {
              const x = column + j - left;
              if (x < 0 || x >= width) continue;
              for (let channel = 0; channel < channels; channel++) {
                const value = input[(y * width + x) * channels + channel];
                if (value === 0) continue;
                const first = ((i * wide + j) * channels + channel) * maps;
                for (let map = 0; map < maps; map++) sums[map] += value * kernel[first + map];
              }
            }
          }
          output.set(sums, (row * columns + column) * maps);
        }
      }
      return output;
    },

    scale(layer, input) {
      const [factor, offset] = layer.weights;
      return input.map((value, place) => value * factor[place % factor.length] + offset[place % factor.length]);
    },

    max_pooling(layer, input, [, width, channels]) {
      const [rows, columns] = layer.shape;
      const output = new Float32Array(rows * columns * channels).fill(-Infinity);
      for (let y = 0; y < rows * layer.size; y++) {
        for (let x = 0; x < columns * layer.size; x++) {
          const from = (y * width + x) * channels;
          const to = (Math.floor(y / layer.size) * columns + Math.floor(x / layer.size)) * channels;
          for (let channel = 0; channel < channels; channel++) {
            output[to + channel] = Math.max(output[to + channel], input[from + channel]);
          }
        }
      }
      return output;
    },

    relu: (layer, input) => input.map((value) => Math.max(0, value)),

    mean(layer, input) {
      const [channels] = layer.shape;
      const sums = new Float64Array(channels);
      input.forEach((value, place) => (sums[place % channels] += value));
      return Float32Array.from(sums, (sum) => (sum * channels) / input.length);
    },

    flatten: (layer, input) => input,

    dense(layer, input) {
      const [weights, bias] = layer.weights;
      const sums = Float64Array.from(bias);
      input.forEach((value, place) => {
        for (let unit = 0; unit < sums.length; unit++) sums[unit] += value * weights[place * sums.length + unit];
      });
      return Float32Array.from(sums);
    },
  };

  const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

  /** Unpack a network: each layer gets its own part of the weights. */
  function unpackNetwork({ input, layers, weights }) {
    const numbers = new Float32Array(bytesOf(weights).buffer);
    let used = 0;
    const take = (shape) => numbers.subarray(used, (used += shape.reduce((product, side) => product * side)));
    return { input, layers: layers.map((layer) => ({ ...layer, weightShapes: layer.weights, weights: layer.weights.map(take) })) };
  }

  /** What each layer makes of a picture, from first to last. The last are the logits. */
  function answersOf(network, picture) {
    let values = picture;
    let shape = network.input;
    return network.layers.map((layer) => {
      values = layerKinds[layer.kind](layer, values, shape);
      shape = layer.shape;
      return values;
    });
  }

  function softmax(logits) {
    const largest = Math.max(...logits);
    const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
    const sum = powers.reduce((total, power) => total + power);
    return powers.map((power) => power / sum);
  }

  /** How strongly a network answers at all, whatever it answers: low where a picture is like none that it learned from. */
  function strengthOf(logits) {
    const largest = Math.max(...logits);
    return largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  }

  // ---- The picture: as MNIST's were made, the digit fits a box of 20 x 20 and its centre of mass is the centre

  const SIDE = 28;
  const BOX = 20;

  /** How much each source pixel, `scale` wide and starting at `offset`, covers of each of the SIDE target pixels. */
  function overlaps(length, scale, offset) {
    return Array.from({ length: SIDE }, (_, target) =>
      Float64Array.from({ length }, (_, source) => {
        const start = source * scale + offset;
        return Math.max(0, Math.min(target + 1, start + scale) - Math.max(target, start));
      }),
    );
  }

  /** Ink (0 to 1, row by row) to a picture of 28 x 28, as mnist_helpers.reading.normalise_digit; null without ink. */
  function normaliseDigit(ink, height, width) {
    const rows = new Float64Array(height);
    const columns = new Float64Array(width);
    ink.forEach((value, place) => {
      rows[Math.floor(place / width)] += value;
      columns[place % width] += value;
    });
    const mass = rows.reduce((sum, value) => sum + value, 0);
    if (mass === 0) return null;
    const inked = (sums) => {
      const places = [...sums.keys()].filter((place) => sums[place] > 0);
      return [places[0], places[places.length - 1] + 1];
    };
    const centre = (sums) => sums.reduce((sum, value, place) => sum + value * (place + 0.5), 0) / mass;
    const [top, bottom] = inked(rows);
    const [left, right] = inked(columns);
    const scale = BOX / Math.max(bottom - top, right - left);
    const down = overlaps(height, scale, SIDE / 2 - scale * centre(rows));
    const across = overlaps(width, scale, SIDE / 2 - scale * centre(columns));
    const picture = new Float32Array(SIDE * SIDE);
    down.forEach((shares, row) => {
      const line = new Float64Array(width);
      for (let y = top; y < bottom; y++) {
        if (shares[y] > 0) for (let x = left; x < right; x++) line[x] += shares[y] * ink[y * width + x];
      }
      across.forEach((parts, column) => {
        let sum = 0;
        for (let x = left; x < right; x++) sum += parts[x] * line[x];
        picture[row * SIDE + column] = Math.min(1, sum);
      });
    });
    return picture;
  }

  // ---- The strokes: lists of points [x, y], as shares of the pad's width and height

  const RASTER = 120; // pixels a side on which strokes are drawn before they are normalised
  const PEN = 0.12; // width of the pen, as a share of the drawing's longer side: MNIST's pens are about that wide
  const DOT = 0.08; // a drawing smaller than this share of the pad is too small to be a digit
  const TAP = 0.015; // a stroke smaller than this is a tap, no part of a digit

  /** The left and top end of strokes, and the longer side of the box around them. */
  function boxOf(strokes) {
    const [xs, ys] = [0, 1].map((axis) => strokes.flat().map((point) => point[axis]));
    const [left, top] = [xs, ys].map((values) => values.reduce((least, value) => Math.min(least, value), Infinity));
    const [right, bottom] = [xs, ys].map((values) => values.reduce((most, value) => Math.max(most, value), -Infinity));
    return { left, top, extent: Math.max(right - left, bottom - top) };
  }

  function drawStrokes(context, strokes, pen) {
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = pen;
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      stroke.forEach((point) => context.lineTo(...point));
      context.stroke();
    }
  }

  function newCanvas(width, height) {
    return Object.assign(document.createElement("canvas"), { width, height });
  }

  /** Strokes to a picture; null where there is nothing, or too little. The pen, a share, follows the drawing's size. */
  function pictureOf(strokes, pen = PEN) {
    const drawn = strokes.filter((stroke) => boxOf([stroke]).extent >= TAP);
    const { left, top, extent } = boxOf(drawn);
    if (!(extent >= DOT)) return null;
    const context = newCanvas(RASTER, RASTER).getContext("2d", { willReadFrequently: true });
    const scale = RASTER / (extent * (1 + pen));
    context.scale(scale, scale);
    context.translate((extent * pen) / 2 - left, (extent * pen) / 2 - top);
    drawStrokes(context, drawn, extent * pen);
    const pixels = context.getImageData(0, 0, RASTER, RASTER).data;
    const ink = Float64Array.from({ length: RASTER * RASTER }, (_, place) => pixels[place * 4 + 3] / 255);
    return normaliseDigit(ink, RASTER, RASTER);
  }

  // ---- The pictures on the page

  const BOARD = "#0f2033"; // the board and the ink of the book's title image, in light pages and in dark ones
  const INK = [199, 226, 245];

  /** Draw numbers as light on the board, one a pixel of the canvas: 0 is dark, `largest` is as light as the ink. */
  function paint(canvas, values, largest) {
    const context = canvas.getContext("2d");
    const image = context.createImageData(canvas.width, canvas.height);
    values.forEach((value, place) => image.data.set([...INK, largest > 0 ? (255 * value) / largest : 0], place * 4));
    context.putImageData(image, 0, 0);
  }

  /** The layers worth drawing: each ReLU over maps, and the mean of each map, with the steps that lead to it. */
  function stagesOf(network) {
    const names = {
      convolution: (layer) => `convolution ${layer.weightShapes[0].slice(0, 2).join("×")}`,
      max_pooling: (layer) => `max pooling ${layer.size}×${layer.size}`,
      relu: () => "ReLU",
      mean: () => "mean of each map; then the ten answers",
    };
    const stages = [];
    let steps = [];
    network.layers.forEach((layer, index) => {
      if (layer.kind in names) steps.push(names[layer.kind](layer));
      const [height, width, maps] = layer.kind === "mean" ? [1, 1, ...layer.shape] : layer.shape;
      if (!(layer.kind === "mean" || (layer.kind === "relu" && maps))) return;
      const result = layer.kind === "mean" ? `${maps} numbers` : `${maps} maps of ${height}×${width}`;
      stages.push({ index, height, width, maps, result, steps: steps.join(", ") });
      steps = [];
    });
    return stages;
  }

  /** Lay the maps of a layer out as tiles on one canvas, long layers in two rows; maps of one number side by side. */
  function paintMaps(canvas, values, { height, width, maps }) {
    const gap = width > 1 ? 1 : 0;
    const columns = gap && maps > 10 ? Math.ceil(maps / 2) : maps;
    canvas.width = columns * (width + gap) - gap;
    canvas.height = Math.ceil(maps / columns) * (height + gap) - gap;
    const corner = (map) => [(map % columns) * (width + gap), Math.floor(map / columns) * (height + gap)];
    const laid = new Float32Array(canvas.width * canvas.height);
    values.forEach((value, place) => {
      const [left, top] = corner(place % maps);
      const [y, x] = [Math.floor(place / maps / width), Math.floor(place / maps) % width];
      laid[(top + y) * canvas.width + left + x] = value;
    });
    paint(canvas, laid, Math.max(...values));
    const context = canvas.getContext("2d");
    context.globalCompositeOperation = "destination-over"; // the board lies behind each tile, and not between them
    context.fillStyle = BOARD;
    for (let map = 0; map < maps; map++) context.fillRect(...corner(map), width, height);
  }

  // ---- The words on the page

  function percent(share) {
    if (share > 0 && share < 0.0005) return "<0.1%";
    if (share < 1 && share >= 0.9995) return ">99.9%";
    return `${(100 * share).toFixed(1)}%`;
  }

  /** The answer in words, and whether it is one to trust. `weak`: few digits of MNIST are answered so weakly. */
  function judge(logits, weak) {
    const probabilities = softmax(logits);
    const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const [first, second] = order.map((digit) => `${digit} (${percent(probabilities[digit])})`);
    const sure = probabilities[order[0]] >= 0.7;
    const either = sure ? first : `${first} or ${second}`;
    if (strengthOf(logits) < weak) return { trusted: false, words: `Is this a digit? If it is: ${either}.` };
    if (!sure) return { trusted: false, words: `Not sure: ${either}?` };
    return { trusted: true, words: `Read as ${first}.${probabilities[order[1]] < 0.001 ? "" : ` Next: ${second}.`}` };
  }

  const MARKUP = `
    <div class="digit-pad-draw">
      <div class="digit-pad-paper">
        <canvas role="img" tabindex="-1"
          aria-label="Drawing area for finger, pen or mouse. With the keyboard, choose a ready-made digit below."></canvas>
        <p class="digit-pad-hint" aria-hidden="true">Draw a digit here</p>
      </div>
      <div class="digit-pad-tools" role="group" aria-label="Drawing">
        <button type="button" data-do="undo" aria-keyshortcuts="Control+Z">Undo</button>
        <button type="button" data-do="clear">Clear</button>
        <button type="button" data-do="download" aria-label="Save the drawing as a picture">Save</button>
        <label>Pen <input type="range" min="0.04" max="0.24" step="0.02" value="${PEN}"></label>
      </div>
    </div>
    <div class="digit-pad-reading">
      <div class="digit-pad-top">
        <figure>
          <canvas class="digit-pad-seen" width="${SIDE}" height="${SIDE}" role="img"
            aria-label="What the network gets: ${SIDE} by ${SIDE} numbers, drawn"></canvas>
          <figcaption>The network gets ${SIDE}×${SIDE} numbers</figcaption>
        </figure>
        <figure aria-hidden="true">
          <p class="digit-pad-digit"></p>
          <figcaption>It answers with a digit, always</figcaption>
        </figure>
        <p class="digit-pad-answer" role="status"></p>
      </div>
      <ol class="digit-pad-bars" aria-label="Probability of each digit"></ol>
    </div>
    <div class="digit-pad-examples"></div>
    <div class="digit-pad-layers" role="group" aria-label="What each layer answers">
      <p>What happens in between. A map is light where its layer has found the pattern it looks for.</p>
    </div>
    <p class="digit-pad-facts"></p>`;

  function newElement(name, markup, attributes = {}) {
    const element = Object.assign(document.createElement(name), { innerHTML: markup });
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  }

  /**
   * Build a pad in an element. `model` is DIGIT_PAD_MODEL. `start` is a picture (784 numbers from 0 to 1) to begin with.
   * `onPicture` hears of each finished change: the picture, or null when there is none.
   */
  function mount(root, model, { start = null, onPicture = () => {} } = {}) {
    root.classList.add("digit-pad");
    root.innerHTML = MARKUP;
    const find = (selector) => root.querySelector(selector);
    const [paper, seen] = [find(".digit-pad-paper canvas"), find(".digit-pad-seen")];
    const network = unpackNetwork(model.network);
    const stages = stagesOf(network);

    const bars = Array.from({ length: 10 }, (_, digit) => {
      const bar = newElement("li", `<b>${digit}</b><span class="digit-pad-bar" aria-hidden="true"><i></i></span><span></span>`);
      find(".digit-pad-bars").append(bar);
      return bar;
    });
    const layers = stages.map(({ result, steps }, stage) => {
      const name = stage === stages.length - 1 ? "Last" : `Layer ${stage + 1}`;
      const figure = newElement("figure", `<figcaption><b>${name}: ${result}</b><br>${steps}</figcaption>`);
      figure.append(newElement("canvas", "", { role: "img", "aria-label": `${name}, drawn: ${result}` }));
      find(".digit-pad-layers").append(figure);
      return figure.lastChild;
    });
    for (const { title, digits } of model.ready) {
      const group = newElement("div", `<span>${title}</span>`, { role: "group", "aria-label": title });
      for (const { name, pixels } of digits) {
        const picture = Float32Array.from(bytesOf(pixels), (byte) => byte / 255);
        const button = newElement("button", "", { type: "button", "aria-label": name, title: name });
        button.append(newCanvas(SIDE, SIDE));
        paint(button.firstChild, picture, 1);
        button.addEventListener("click", () => change({ strokes: [], picture }));
        group.append(button);
      }
      find(".digit-pad-examples").append(group);
    }
    const { weights, right, images, weak } = model.card;
    const words = [weights, right, images].map((count) => count.toLocaleString("en"));
    find(".digit-pad-facts").textContent =
      `This network is small, ${words[0]} weights, so that it fits into a page. It read ${words[1]} of the ${words[2]} ` +
      `test digits of MNIST rightly. It knows ten answers and no other: draw a letter, and it names a digit. Where it ` +
      `answers more weakly than to 99 of 100 handwritten digits, the pad asks whether yours is one.`;

    // What is on the pad: either strokes or a whole picture. Each change is a new state, so undo goes one back.
    const empty = { strokes: [], picture: null };
    const history = [start ? { strokes: [], picture: start } : empty];
    const state = () => history[history.length - 1];
    let penWidth = PEN;

    function drawPaper() {
      const side = Math.round(paper.clientWidth * (window.devicePixelRatio || 1));
      if (paper.width !== side) paper.width = paper.height = side;
      const context = paper.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, side, side);
      const { strokes, picture } = state();
      if (picture) context.drawImage(seen, 0, 0, side, side);
      context.scale(side, side);
      context.strokeStyle = `rgb(${INK})`;
      drawStrokes(context, strokes, penWidth / 2);
      find(".digit-pad-hint").hidden = Boolean(picture || strokes.length);
    }

    /** Draw what the network makes of a picture; return the answer in words. */
    function drawAnswers(picture) {
      const answers = picture && answersOf(network, picture);
      const logits = picture && answers[answers.length - 1];
      const probabilities = picture ? softmax(logits) : Array(10).fill(0);
      const { trusted, words } = picture ? judge(logits, weak) : { trusted: false, words: "" };
      const best = probabilities.indexOf(Math.max(...probabilities));
      paint(seen, picture || new Float32Array(SIDE * SIDE), 1);
      find(".digit-pad-digit").textContent = `${picture ? best : ""}${trusted ? "" : "?"}`;
      find(".digit-pad-digit").classList.toggle("digit-pad-trusted", trusted);
      bars.forEach((bar, digit) => {
        bar.classList.toggle("digit-pad-best", Boolean(picture) && digit === best);
        bar.querySelector("i").style.width = `${100 * probabilities[digit]}%`;
        bar.lastChild.textContent = picture ? percent(probabilities[digit]) : "–";
      });
      stages.forEach((stage, number) => {
        const size = stage.height * stage.width * stage.maps;
        paintMaps(layers[number], picture ? answers[stage.index] : new Float32Array(size), stage);
      });
      return words;
    }

    /** Show the state. The sentence, which a screen reader speaks, waits until the pen is lifted. */
    function show(finished = true) {
      const { strokes, picture: whole } = state();
      const picture = whole || pictureOf(strokes, penWidth);
      const words = drawAnswers(picture);
      drawPaper();
      if (!finished) return;
      const nothing = strokes.length ? "Too small to read. Draw a larger digit." : "The pad is empty. Draw a digit.";
      find(".digit-pad-answer").textContent = picture ? words : nothing;
      onPicture(picture);
    }

    function change(next) {
      drawing = null;
      history.push(next);
      show();
    }

    // Drawing: one pointer at a time; a second finger, or the ball of the thumb, is not heard.
    let drawing = null;
    let frame = 0;
    const pointsOf = (event) => {
      const { left, top, width, height } = paper.getBoundingClientRect();
      const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      return (events.length ? events : [event]).map(({ clientX, clientY }) => [(clientX - left) / width, (clientY - top) / height]);
    };

    paper.addEventListener("pointerdown", (event) => {
      if (drawing || event.button !== 0) return;
      event.preventDefault();
      paper.focus({ preventScroll: true });
      paper.setPointerCapture(event.pointerId);
      drawing = { pointer: event.pointerId, stroke: pointsOf(event) };
      history.push({ strokes: [...state().strokes, drawing.stroke], picture: null });
      show(false);
    });
    paper.addEventListener("pointermove", (event) => {
      if (!drawing || event.pointerId !== drawing.pointer) return;
      drawing.stroke.push(...pointsOf(event));
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => show(false));
    });
    for (const type of ["pointerup", "pointercancel"]) {
      paper.addEventListener(type, (event) => {
        if (!drawing || event.pointerId !== drawing.pointer) return;
        drawing = null;
        cancelAnimationFrame(frame);
        show();
      });
    }

    const actions = {
      undo() {
        drawing = null;
        if (history.length > 1) history.pop();
        show();
      },
      clear() {
        if (state() !== empty) change(empty);
      },
      download() {
        const page = newCanvas(paper.width, paper.height);
        const context = page.getContext("2d");
        context.fillStyle = BOARD;
        context.fillRect(0, 0, page.width, page.height);
        context.drawImage(paper, 0, 0);
        page.toBlob((blob) => {
          const address = URL.createObjectURL(blob);
          newElement("a", "", { href: address, download: "digit.png" }).click();
          setTimeout(() => URL.revokeObjectURL(address), 1000);
        });
      },
    };
    for (const button of root.querySelectorAll("[data-do]")) {
      button.addEventListener("click", actions[button.dataset.do]);
    }
    root.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      actions.undo();
    });
    find("input").addEventListener("input", (event) => {
      penWidth = Number(event.target.value);
      show();
    });

    show();
    new ResizeObserver(drawPaper).observe(paper);
  }

  return { answersOf, mount, normaliseDigit, pictureOf, softmax, strengthOf, unpackNetwork };
})();
