/** Các văn bản của phòng đi từ mạng truyền thẳng đến mạng hồi quy. */
import type { NetworkWords } from "../en/network.ts";

export const network: NetworkWords = {
  title: "Từ ANN đến RNN",
  intro:
    "Một mạng truyền thẳng trở thành mạng hồi quy qua sáu hình vẽ, hình sau suy ra từ hình trước. Từ đầu đến cuối vẫn là một mạng ấy, với trọng số thật; hãy kéo thanh trượt và xem điều gì thay đổi.",
  failed: "Không tính được mạng này",
  player: "Từ dạng thứ nhất đến dạng thứ sáu",
  form: (at, title) => `Dạng ${at}: ${title}`,
  between: (from, to) => `giữa ${from} và ${to}`,
  forms: {
    names: ["Từng nơ-ron", "Nhìn từ dưới lên", "Gộp mũi tên", "Dựng đứng", "Vòng lặp", "Trải ra"],
    what: "Điều gì thay đổi",
    why: "Vì sao",
  },
  texts: {
    neurons: {
      what: (sum, count) =>
        `Mỗi nơ-ron nối với mọi nơ-ron của tầng kế tiếp: ${sum} = ${count} trọng số. Đường đậm là trọng số lớn; màu của nơ-ron là giá trị của nó.`,
      why: "Đây là mạng truyền thẳng (ANN) quen thuộc. Các con số đi vào bên trái, đi ra bên phải, và không có gì được giữ lại cho đầu vào tiếp theo.",
    },
    below: {
      what: "Ta lật mạng lại và nhìn nó từ dưới lên: các nơ-ron trong một tầng trượt ra sau lưng nhau. Chưa bỏ đi thứ gì cả.",
      why: "Một chuỗi sẽ cần mạng này nhiều lần. Nếu vẽ từng nơ-ron thì không trang giấy nào đủ chỗ, nên trước hết ta thu nhỏ nó.",
    },
    merged: {
      what: "Mọi đường nối giữa hai tầng nhập thành một mũi tên, mọi nơ-ron của một tầng thành một hình tròn. Các vạch trong hình tròn là giá trị của chúng.",
      why: "Giờ mỗi mũi tên là cả một ma trận trọng số, mỗi hình tròn là cả một vectơ. Nhờ vậy các tổng theo nơ-ron trở thành phép nhân: W x.",
    },
    upright: {
      what: "Xoay một phần tư vòng: đầu vào đi từ dưới lên, đầu ra ở trên cùng. Các phương trình giữ nguyên.",
      why: "Chiều từ trái sang phải giờ được để trống. Ta sẽ cần chiều ấy cho thời gian.",
    },
    loop: {
      what: (count) =>
        `Tầng ẩn có thêm một mũi tên trở về chính nó: các giá trị của nó quay lại ở bước thời gian sau, qua trọng số U. Thêm ${count} trọng số.`,
      why: "Vậy là bên cạnh mỗi đầu vào, mạng còn đọc trạng thái trước đó của chính mình, và những gì đã thấy trở nên có ý nghĩa. Chỉ một số hạng này làm cho mạng thành mạng hồi quy.",
    },
    unrolled: {
      what: (steps) =>
        `Vòng lặp khi nó diễn ra: mỗi bước trong ${steps} bước thời gian là một bản sao của mạng, và vòng lặp trở thành mũi tên từ bước này sang bước kế tiếp. Hãy chọn một bước để xem nó đọc gì và trao lại gì.`,
      why: "Không có gì mới được thêm vào: W, U, V và các độ lệch giống hệt nhau trong mọi bản sao. Vẽ thế này, ta theo dõi được các giá trị đi theo thời gian, và sau này là gradient trên đường quay về (lan truyền ngược qua thời gian).",
    },
  },
  equations: "Phương trình lúc này",
  equationsOf: (form) => `Phương trình của dạng “${form}”`,
  marks: "Số thứ nhất là tầng, số thứ hai là bước.",
  inLanguage: "viết cho Recurra là",
  picture: (sizes, form) => `Mạng có các tầng gồm ${sizes} nơ-ron, vẽ ở dạng “${form}”`,
  pictureStep: (step) => `; đang xem bước ${step}`,
  layer: {
    input: (size) => `${size} đầu vào`,
    hidden: (size) => `${size} nơ-ron`,
    output: (size) => `${size} đầu ra`,
  },
  legend: "từ âm đến dương",
  sizes: {
    title: "Mạng đang xem",
    ofModel: (sizes, cell) =>
      `Đây là kích thước của một mô hình: ${sizes}. Ô của nó là ${cell} và trọng số đã được học; hình vẽ là tầng hồi quy đơn giản nhất, với trọng số ngẫu nhiên.`,
    capped: (most) => `Hình chỉ vẽ được nhiều nhất ${most}.`,
    counted: ({ inputs, hidden, layers, outputs }) =>
      `${inputs} đầu vào, ${layers} × ${hidden} nơ-ron ẩn, ${outputs} đầu ra`,
    inputs: "Số đầu vào",
    hidden: "Số nơ-ron mỗi tầng ẩn",
    layers: "Số tầng ẩn",
    outputs: "Số đầu ra",
    steps: "Số bước thời gian",
    activation: "Hàm kích hoạt",
    activations: { tanh: "tanh", relu: "ReLU", sigmoid: "sigmoid" },
    input: "Mạng đọc gì",
    kinds: { sine: "Một sóng hình sin", pulse: "Một xung, rồi im lặng", words: "Các từ", numbers: "Các số tự nhập" },
    follows: "theo văn bản",
    words: "Từ ba đến tám từ",
    wordsHelp:
      "Mã hoá one-hot: mỗi từ khác nhau có một đầu vào riêng, bằng 1 khi đọc từ ấy và bằng 0 ở những bước khác.",
    wordsError: "Cần ít nhất ba từ.",
    numbers: "Các số, theo từng bước",
    numbersHelp: "Dấu chấm phẩy giữa các bước, dấu cách giữa các đầu vào của một bước; dấu chấm là dấu thập phân.",
    numbersError: "Từ ba đến tám bước, mỗi bước nhiều nhất 32 số từ −100 đến 100; dấu chấm phẩy giữa các bước.",
    again: "Trọng số mới",
  },
  sentence: "con mèo thấy con chó",
  step: {
    title: (at) => `Bước ${at}`,
    titleWord: (at, word) => `Bước ${at}: “${word}”`,
    intro: "Hãy chọn một bước ở đây hoặc trên hình.",
    introForm: "Ở dạng thứ sáu các bước đứng cạnh nhau; còn đây đã là giá trị của chúng.",
    noLoop: "Không có vòng lặp, mỗi bước đứng một mình.",
    player: "Các bước thời gian",
    input: "đầu vào",
    before: "trạng thái của bước trước",
    state: "trạng thái",
    hidden: "tầng ẩn",
    output: "đầu ra",
    zero: "Trước bước đầu tiên, trạng thái bằng không.",
    more: (count) => `và ${count} giá trị nữa`,
  },
  sum: {
    title: "Phép tính của một nơ-ron, bằng số",
    layer: "Tầng ẩn",
    neuron: "Nơ-ron",
    caption: (neuron, step) => `Tổng của nơ-ron ${neuron} ở bước ${step}`,
    weight: "trọng số",
    value: "giá trị",
    product: "tích",
    memory: "Hàng màu xanh: phần đi qua vòng lặp, từ trạng thái của bước trước.",
    bias: "độ lệch",
    others: (count) => `${count} số hạng còn lại`,
    sum: "tổng",
  },
  gates: {
    title: "Còn trong LSTM hay GRU?",
    text: "Sáu dạng là như nhau với mọi ô hồi quy; chỉ thứ nằm trong tầng ẩn, và do đó điều xảy ra với U, là khác.",
    lstm: "LSTM: bốn ma trận U, ba cho ba cổng và một cho giá trị ứng viên. Vòng lặp thứ hai mang trạng thái ô c; nó không có trọng số: c được nhân với cổng quên rồi cộng thêm.",
    gru: "GRU: ba ma trận U, cho cổng đặt lại, cổng cập nhật và giá trị ứng viên; một vòng lặp.",
    indrnn: "IndRNN: U là một vectơ u, nên mỗi nơ-ron chỉ nghe được chính nó.",
    link: "Xem các phương trình ấy cạnh nhau",
    stepLink: "Đi qua từng bước của một LSTM",
    gradientLink: "Xem gradient ra sao trên đường đi ngược qua vòng lặp",
  },
  memory: {
    title: "Vòng lặp để làm gì?",
    intro:
      "Để có trí nhớ ngắn hạn. Ở đây mạng của bạn nhận một xung ở bước đầu, sau đó là im lặng. Hình cho thấy xung ấy làm tầng ẩn khác đi bao nhiêu.",
    withLoop: "Có vòng lặp",
    without: "Không có vòng lặp",
    label: (which) => `${which}: điều mà xung đã thay đổi ở từng nơ-ron, theo từng bước`,
    kept: (step, percent) => `Ở bước ${step} vẫn còn ${percent} % tác động của xung ở bước 1.`,
    gone: (step) => `Ở bước ${step} không còn lại gì của xung: mỗi đầu vào bị quên ngay lập tức.`,
    step: "Xem bước",
    loop: "Độ lớn của U",
    loopHelp:
      "Phần độ dài mà trạng thái giữ được khi đi qua U. Nhỏ hơn 1 thì trí nhớ phai dần; bằng 0 thì coi như không có vòng lặp.",
    silent: "Xung không tác động gì đến mạng này, kể cả ở bước đầu. Hãy lấy trọng số mới.",
  },
  brain: {
    title: "So sánh với bộ não",
    intro:
      "Một khoá học nổi tiếng so sánh các mạng mà nó dạy với các thuỳ của não. Đó là một hình ảnh cho dễ nhớ, không phải khoa học thần kinh: bộ não thật không làm việc nào trong số này chỉ ở một nơi, và cũng không làm theo cách này.",
    label:
      "Bộ não nhìn từ bên trái với bốn thuỳ: thuỳ trán ứng với tính hồi quy, thuỳ thái dương với trọng số, thuỳ chẩm với thị giác, thuỳ đỉnh chưa ứng với gì",
    frontal: "Thuỳ trán",
    temporal: "Thuỳ thái dương",
    occipital: "Thuỳ chẩm",
    parietal: "Thuỳ đỉnh",
    cerebellum: "Tiểu não",
    items: {
      temporal: {
        title: "Trọng số: trí nhớ dài hạn",
        text: "Điều học được trong cả quá trình huấn luyện nằm lại trong các trọng số, bất kể hôm nay mạng đọc gì. Khoá học ví nó với thuỳ thái dương. Mạng nào cũng có trí nhớ này, kể cả mạng truyền thẳng (ANN).",
      },
      frontal: {
        title: "Hồi quy: trí nhớ ngắn hạn",
        text: "Điều vừa đọc chạy quanh trong vòng lặp và chẳng bao lâu bị thay thế. Khoá học ví mạng hồi quy (RNN) với thuỳ trán, nơi giữ trong đầu việc ta đang làm.",
      },
      occipital: {
        title: "Nhìn: tích chập",
        text: "Thuỳ ở phía sau xử lý những gì mắt thấy. Khoá học ví nó với các mạng xem hình ảnh (CNN), vốn là mạng truyền thẳng.",
      },
      parietal: {
        title: "Chưa có gì",
        text: "Với thuỳ đỉnh, nơi nối các giác quan với cảm nhận về không gian, khoá học để trống.",
      },
    },
  },
};
