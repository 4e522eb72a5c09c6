/** Các văn bản của phòng gradient triệt tiêu. */
import type { GradientWords } from "../en/gradient.ts";

export const gradient: GradientWords = {
  title: "Gradient triệt tiêu",
  intro:
    "Để học từ bước cuối điều mà bước đầu lẽ ra phải giữ lại, mạng lan truyền ngược gradient của hàm mất mát qua từng bước thời gian. Ở mỗi bước, gradient được nhân với cùng một loại ma trận: mỗi lần nhỏ đi một chút thì chẳng mấy chốc sẽ mất, mỗi lần lớn lên một chút thì chẳng mấy chốc sẽ vượt mọi giới hạn. Ở đây bạn thấy điều đó trên một mạng thật, đang đọc một chuỗi của bài toán cộng.",
  network: "Mạng",
  cell: "Loại ô",
  cells: { rnn: "Elman (RNN đơn giản)", lstm: "LSTM", gru: "GRU" },
  activation: "Hàm kích hoạt",
  activations: { tanh: "tanh", relu: "ReLU", linear: "không có (tuyến tính)" },
  start: "Giá trị đầu của W_rec",
  starts: { random: "ngẫu nhiên", orthogonal: "trực giao", identity: "đơn vị" },
  radius: "Bán kính phổ của W_rec",
  radiusHelp: "Hãy kéo: dưới 1 thì gradient bị triệt tiêu, trên 1 nhiều thì gradient bùng nổ.",
  bias: { lstm: "Độ lệch của cổng quên", gru: "Độ lệch của cổng cập nhật" },
  biasHelp: "Càng lớn thì mỗi bước càng giữ lại nhiều quá khứ, ngay cả khi chưa huấn luyện.",
  steps: "Số bước",
  hidden: "Kích thước trạng thái ẩn",
  seed: "Hạt giống ngẫu nhiên",
  picture: "Còn lại bao nhiêu trên đường về",
  pictureLabel: (sentence) =>
    `Mạng được trải theo thời gian, với các mũi tên từ hàm mất mát ngược về bước đầu; bên dưới là phần gradient còn lại ở mỗi bước. ${sentence}`,
  loss: "mất mát",
  step: "bước",
  legend: {
    left: (state) => `phần còn lại của ∂mất mát/∂${state}`,
    other: (state) => `của ∂mất mát/∂${state}`,
    without: "khi không có cách khắc phục",
    bound: "nhiều nhất có thể: chuẩn của tích các ma trận Jacobi",
    one: "1: như ở bước cuối",
    rounding: "bên dưới: mất do làm tròn float32",
  },
  readAt: (step, share) => `bước ${step}: ${share}`,
  fates: {
    vanishes: (first, factor) =>
      `Gradient bị triệt tiêu: bước đầu chỉ nhận được ${first} lần phần của bước cuối. Trung bình mỗi bước lùi nhân nó với ${factor}.`,
    fades: (first, factor) =>
      `Gradient yếu dần: bước đầu nhận được ${first} lần phần của bước cuối. Trung bình mỗi bước lùi nhân nó với ${factor}.`,
    holds: (first, factor) =>
      `Gradient được giữ: bước đầu nhận được ${first} lần phần của bước cuối. Trung bình mỗi bước lùi nhân nó với ${factor}.`,
    grows: (first, factor) =>
      `Gradient lớn dần: bước đầu nhận được ${first} lần phần của bước cuối. Trung bình mỗi bước lùi nhân nó với ${factor}.`,
    explodes: (first, factor) =>
      `Gradient bùng nổ: bước đầu nhận được ${first} lần phần của bước cuối. Trung bình mỗi bước lùi nhân nó với ${factor}.`,
    stops: () => "Không có chút gradient nào về tới bước đầu.",
  },
  why: "Vì sao: ma trận Jacobi của một bước",
  whyIntro:
    "Ma trận Jacobi J cho biết một bước biến một khác biệt nhỏ của trạng thái thành gì. Trên đường về, gradient được nhân với chuyển vị của nó, hết bước này đến bước khác. Các trị riêng nằm trong đường tròn đơn vị làm gradient nhỏ lại, các trị riêng nằm ngoài cho nó lớn lên.",
  at: "Bước",
  planeLabel: (radius, count) =>
    `Các trị riêng của ma trận Jacobi trên mặt phẳng phức, cùng đường tròn đơn vị: ${count} trị riêng, môđun lớn nhất là ${radius}`,
  planeLegend: { jacobian: "trị riêng của J", weights: "trị riêng của W_rec" },
  numbers: {
    radius: "Bán kính phổ của J",
    radiusNote: "|trị riêng| lớn nhất",
    norm: "Trị kỳ dị lớn nhất của J",
    normNote: "một bước nhân lên nhiều nhất bấy nhiêu",
    product: "Chuẩn của tích mọi J",
    productNote: (count) => `${count} bước, từ cuối về đầu`,
    exponent: "Số mũ tăng trưởng",
    exponentNote: (factor) => `nhân ${factor} mỗi bước; dưới 0 thì quá khứ bị quên`,
    slope: "Độ dốc trung bình của hàm kích hoạt",
  },
  slopes: {
    tanh: "tanh có độ dốc 1 tại 0 và nhỏ hơn ở mọi nơi khác, nên không bước nào kéo dài một khác biệt nhiều hơn chính W_rec, và phần lớn các trị riêng dịch vào trong: nơ-ron bão hoà hầu như không cho gì đi qua.",
    relu: "ReLU có độ dốc 1 hoặc 0: nơ-ron đang bật cho mọi thứ đi qua, nơ-ron đang tắt không cho gì đi qua.",
    linear: "Không có hàm kích hoạt thì J chính là W_rec: về lâu dài, chỉ bán kính phổ của nó quyết định.",
  },
  gates:
    "Trong ô có cổng, trạng thái được chuyển tiếp chủ yếu qua một cổng chứ không qua một ma trận: cổng ấy càng gần 1 thì các trị riêng của phần nó chuyển tiếp càng gần 1.",
  cures: "Cách khắc phục",
  curesIntro: "Mỗi cách được đo trên mạng đơn giản với thiết lập của bạn, và có thể bật lên trong hình phía trên.",
  turnOn: "Hiện lên hình",
  isOn: "Đang hiện ở trên",
  cure: {
    orthogonal: {
      title: "Khởi tạo trực giao",
      text: "Ban đầu W_rec là một phép quay (hoặc phép phản xạ): nó giữ nguyên mọi độ dài, nên chỉ còn hàm kích hoạt làm gradient nhỏ lại.",
    },
    identity: {
      title: "ReLU và ma trận đơn vị",
      text: "Ban đầu mỗi nơ-ron giữ nguyên giá trị của mình (IRNN). Nơ-ron đang tắt thì không cho gì đi qua.",
    },
    clip: {
      title: "Cắt ngưỡng gradient",
      text: "Gradient dài hơn 1 được rút ngắn mà giữ nguyên hướng. Cách này chỉ chữa được bùng nổ: cái gì đã mất thì vẫn mất.",
    },
    truncate: {
      title: "Lan truyền ngược cắt ngắn",
      text: "Gradient bị cắt sau một số bước. Như vậy đỡ tốn thời gian và bộ nhớ, cũng hạn chế bùng nổ, nhưng không thể học từ những gì xa hơn: đây không phải cách chữa chứng quên.",
    },
    echo: {
      title: "Mạng trạng thái tiếng vọng",
      text: "Phần hồi quy được rút ngẫu nhiên một lần và không bao giờ huấn luyện, chỉ tầng đọc ra được huấn luyện: không có gradient qua thời gian nào để mà triệt tiêu.",
    },
    lstm: {
      title: "LSTM",
      text: "Trạng thái ô được chuyển tiếp qua cổng quên. Ban đầu cổng này gần như không đổi: khoảng σ(độ lệch), nên độ lệch quyết định gradient đi được bao xa khi chưa huấn luyện.",
    },
    gru: {
      title: "GRU",
      text: "Cổng cập nhật trộn trạng thái cũ với trạng thái mới; nó làm cho h điều mà cổng quên làm cho c.",
    },
  },
  keep: "Số bước được giữ",
  effects: {
    first: "còn lại ở bước đầu",
    weights: "chuẩn của ∂mất mát/∂W_rec",
    trained: "số tham số được huấn luyện",
  },
  recall: (steps) =>
    `Từ các đầu vào ngẫu nhiên, tầng đọc ra khôi phục được lượng tương đương ${steps} bước gần nhất (dung lượng trí nhớ, đo trên đầu vào chưa dùng để khớp).`,
  effect: (what, before, after) => `${what}: ${before}, khi khắc phục là ${after}`,
  nothingToClip: "Với thiết lập của bạn, gradient đủ ngắn nên không có gì bị cắt.",
  makeExplode: "Làm cho bùng nổ",
  race: {
    title: "Cuộc đua trên bài toán cộng",
    intro: (length) =>
      `Trong ${length} số có hai số được đánh dấu, và cuối chuỗi mạng phải trả lời tổng của chúng. Mạng nào không mang được số nào đến cuối thì không thể làm tốt hơn việc luôn trả lời 1. Cả ba mạng có cùng kích thước trạng thái ẩn, cùng thiết lập, và học ngay tại đây, trong trình duyệt của bạn.`,
    length: "Độ dài chuỗi",
    updates: "Số lần cập nhật",
    start: "Bắt đầu cuộc đua",
    stop: "Dừng",
    progress: "Tiến độ",
    running: (percent) => `đã xong ${percent} %`,
    finished: "Tất cả đã đến đích.",
    stopped: "Đã dừng.",
    failed: "Không chạy được cuộc đua",
    curve: "Sai số bình phương trung bình trong khi học",
    curveLabel: (cells) => `Sai số bình phương trung bình của các lô cuối theo số lần cập nhật, của ${cells}`,
    x: "số lần cập nhật",
    y: "sai số bình phương",
    chance: "luôn đáp 1",
    names: { rnn: "Elman", lstm: "LSTM", gru: "GRU" },
    table: "Trên các chuỗi chưa từng thấy",
    columns: { cell: "Ô", parameters: "Tham số", error: "Sai số bình phương trung bình", share: "So với đoán mò" },
    verdict: (cell, times) => `${cell} đã học được: sai số của nó nhỏ hơn của mạng đơn giản ${times} lần.`,
    open: "Chưa mạng nào học được. Hãy cho thêm lần cập nhật, hoặc rút ngắn chuỗi.",
  },
  failed: "Không đo được",
};
