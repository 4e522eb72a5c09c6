/** Lỗi của thư viện, và của chính trang này, theo mã: điều gì sai và nên làm gì. Thông báo nguyên văn tiếng Anh được đặt bên dưới. */
import type { ErrorCode } from "recurra";
import type { StudioCode } from "../../studio-error.ts";

export const errors: Readonly<Record<ErrorCode | StudioCode, string>> = {
  "internal/impossible":
    "Chính Recurra có lỗi, không phải do bạn. Hãy báo lại cho nhóm phát triển kèm các bước đã làm.",
  "util/bad-argument":
    "Một giá trị được đưa vào không đúng loại, không đúng khoảng hoặc không đúng kích thước. Hãy sửa lại giá trị ấy.",

  "language/empty-text": "Chưa có phương trình nào. Hãy viết ít nhất một dòng, chẳng hạn h' = tanh(W x + U h + b).",
  "language/bad-character": "Có một ký tự không dùng được trong phương trình. Hãy xoá hoặc thay ký tự ấy.",
  "language/bad-number": "Một con số viết sai hoặc quá lớn. Hãy viết lại; phần thập phân dùng dấu chấm.",
  "language/bad-name":
    "Một tên viết sai quy tắc. Tên bắt đầu bằng chữ cái, tiếp theo là chữ cái, chữ số hoặc dấu gạch dưới.",
  "language/syntax": "Dòng này chưa đúng cú pháp. Mỗi dòng có dạng: tên = biểu thức, hoặc tên' = biểu thức.",
  "language/unclosed-bracket": "Có dấu ngoặc mở mà không đóng. Hãy thêm dấu ngoặc đóng.",
  "language/too-deep":
    "Ngoặc lồng nhau quá sâu, hoặc một phương trình có quá nhiều phép tính. Hãy tách thành nhiều dòng.",
  "language/reserved-name": "Tên này đã có ý nghĩa riêng. Hãy chọn tên khác.",
  "language/unknown-function": "Không có hàm nào tên như vậy. Hãy xem lại cách viết; nếu là phép nhân, hãy viết dấu *.",
  "language/argument-count": "Hàm nhận thừa hoặc thiếu đối số. Hãy đưa vào đúng số đối số.",
  "language/function-as-value": "Tên hàm đứng ở chỗ cần một giá trị. Hãy viết hàm cùng đối số trong ngoặc.",
  "language/defined-twice": "Một tên được định nghĩa ở hai dòng. Hãy đổi tên hoặc bỏ một dòng.",
  "language/undefined-next":
    "Chỉ trạng thái mới có giá trị trước và giá trị sau, mà tên này không phải trạng thái. Hãy bỏ dấu phẩy trên, hoặc thêm dòng định nghĩa giá trị sau của nó.",
  "language/reads-output":
    "Đầu ra y bị đọc ngay trong bước đang tính ra nó. Hãy dùng một trạng thái để nhớ giá trị ấy.",
  "language/cycle":
    "Các phương trình của một bước cần kết quả của nhau thành vòng tròn. Hãy để một phương trình đọc giá trị trước (bỏ dấu phẩy trên).",
  "language/no-output": "Không rõ đâu là đầu ra của ô. Hãy định nghĩa h', hoặc thêm một dòng y = ….",
  "language/vector-as-matrix":
    "Đứng bên trái trong phép nhân ma trận lại không phải là ma trận. Để nhân từng phần tử, hãy viết dấu *.",
  "language/matrix-elementwise":
    "Ma trận đứng ở chỗ chỉ dùng được véctơ hoặc số. Ma trận chỉ để nhân với véctơ: hãy viết W x, có khoảng trắng ở giữa.",
  "language/not-a-vector": "Chỗ này cần một véctơ, nhưng lại là số hoặc ma trận.",
  "language/shape-mismatch":
    "Hai đại lượng lẽ ra cùng kích thước lại khác nhau. Hãy nhân một trong hai với một ma trận để đưa về cùng kích thước.",
  "language/unknown-size": "Không suy ra được kích thước của một véctơ hoặc ma trận. Hãy khai báo, chẳng hạn z in R^H.",
  "language/missing-size": "Một chiều của ô chưa có kích thước. Hãy cho một số nguyên từ 1 trở lên.",
  "language/unknown-dimension": "Kích thước được cho một chiều mà ô không có. Hãy bỏ nó đi hoặc sửa tên chiều.",
  "language/bad-memory":
    "attend cần một bộ nhớ mà mỗi bước nguồn là một hàng; ở đây lại là thứ khác, hoặc bộ nhớ đứng ở chỗ mỗi bước chỉ có một giá trị.",
  "language/bad-declaration":
    "Lời khai báo nói về tên không có trong ô, hoặc không thể khai báo như vậy. Hãy sửa hoặc bỏ dòng ấy.",
  "language/bad-option": "Một tuỳ chọn đi kèm phương trình có dạng hoặc giá trị không đúng.",
  "language/unused-option":
    "Một tuỳ chọn đi kèm nhắc đến tên không có trong phương trình. Hãy sửa tên hoặc bỏ tuỳ chọn ấy.",

  "engine/disposed": "Mô hình đã được giải phóng nên không dùng được nữa. Hãy mở lại mô hình.",
  "engine/no-native": "Ở đây không biên dịch hoặc không gọi được mã máy. Hãy dùng WebAssembly.",
  "engine/no-simd":
    "Trình duyệt này thiếu các lệnh WebAssembly SIMD cần thiết. Hãy dùng phiên bản trình duyệt mới hơn.",
  "engine/out-of-memory": "Không đủ bộ nhớ cho mô hình cỡ này. Hãy giảm kích thước ẩn, độ dài chuỗi hoặc cỡ lô.",
  "engine/unknown-backend": "Không có bộ tính toán nào tên như vậy.",
  "engine/bad-option": "Một thiết lập của bộ tính toán nằm ngoài khoảng cho phép.",
  "engine/bad-array": "Một mảng số bị thiếu, sai độ dài hoặc mang tên mà ô không có.",
  "engine/bad-length": "Độ dài của một chuỗi phải là số nguyên từ 1 đến số bước.",
  "engine/no-forward": "Chưa tính gì mà đã hỏi gradient. Hãy chạy xuôi trước.",

  "data/cannot-read": "Không mở hoặc không đọc được tệp dữ liệu. Hãy chọn lại tệp.",
  "data/unknown-format":
    "Không nhận ra định dạng của tệp. Hãy dùng tệp có đuôi .csv, .tsv, .jsonl, .json hoặc .parquet.",
  "data/bad-encoding": "Văn bản không theo bảng mã được dùng để đọc. Hãy lưu lại tệp ở dạng UTF-8.",
  "data/bad-quotes":
    "Một ô trong dấu nháy không được đóng, hoặc còn chữ sau dấu nháy đóng. Hãy sửa dấu nháy ở dòng ấy.",
  "data/bad-json": "Tệp JSON viết sai, hoặc không chứa các dòng dữ liệu. Mỗi dòng dữ liệu là một đối tượng JSON.",
  "data/bad-parquet": "Tệp Parquet bị hỏng hoặc dùng tính năng chưa hỗ trợ. Hãy ghi lại tệp, hoặc đổi sang CSV.",
  "data/empty-file": "Tệp không có gì. Hãy chọn tệp có dữ liệu.",
  "data/no-rows": "Tệp có tên cột nhưng không có dòng dữ liệu nào.",
  "data/no-header": "Dòng đầu của tệp là số liệu, trong khi cần tên các cột. Hãy thêm một dòng tên cột lên đầu.",
  "data/duplicate-column": "Hai cột trùng tên. Hãy đổi tên một cột.",
  "data/ragged-row":
    "Một dòng có nhiều hoặc ít ô hơn số cột. Hãy sửa dòng ấy; ô có dấu phẩy bên trong cần đặt trong dấu nháy.",
  "data/unknown-column": "Bảng không có cột được hỏi. Hãy xem lại tên cột; chữ hoa và chữ thường là khác nhau.",
  "data/unsupported-column":
    "Một cột chứa danh sách, cấu trúc hoặc byte, mô hình ở đây không đọc được. Hãy bỏ cột ấy hoặc tách thành số và chữ.",
  "data/mixed-column": "Cột này hầu hết là số (hoặc ngày), nhưng có ô không phải. Hãy sửa những ô ấy hoặc để trống.",
  "data/wrong-type": "Một ô hoặc một cột không thuộc loại cần có. Hãy sửa giá trị, hoặc chọn cột khác.",
  "data/ambiguous-number":
    "Dấu phẩy trong số có thể là dấu thập phân, cũng có thể là dấu ngăn hàng nghìn. Hãy viết lại các số theo một cách rõ ràng, chẳng hạn 1234.5.",
  "data/ambiguous-date":
    "Không rõ ngày đứng trước hay tháng đứng trước. Hãy viết ngày theo dạng năm-tháng-ngày, chẳng hạn 2024-03-31.",
  "data/not-finite": "Có một số vô hạn hoặc quá lớn. Hãy sửa số ấy.",
  "data/inexact-integer":
    "Một số nguyên quá lớn, không giữ được chính xác. Nếu đó là mã số, hãy bỏ cột ấy hoặc đọc nó như văn bản.",
  "data/missing-value": "Thiếu một giá trị mà chưa nói phải xử lý ra sao. Hãy điền giá trị ấy, hoặc bỏ dòng ấy.",
  "data/missing-rule":
    "Quy tắc đã chọn không điền được giá trị thiếu này. Hãy chọn quy tắc khác, hoặc tự điền giá trị.",
  "data/duplicate-date": "Hai dòng của cùng một chuỗi có cùng thời điểm. Hãy bỏ một dòng hoặc gộp chúng lại.",
  "data/irregular-dates":
    "Các ngày không cách đều nhau nên không biết những ngày tiếp theo. Hãy bổ sung những ngày còn thiếu.",
  "data/too-few-rows":
    "Không đủ dữ liệu cho độ dài cửa sổ, cho phép chia hoặc phép đo này. Hãy thêm dữ liệu, hoặc rút ngắn cửa sổ.",
  "data/bad-split":
    "Một phần của dữ liệu bị rỗng, hoặc các phần cần nhiều dòng hơn số dòng đang có. Hãy giảm phần kiểm định và phần kiểm tra.",
  "data/scaler-domain": "Có giá trị nằm ngoài miền mà phép chuẩn hoá nhận được, chẳng hạn lôgarit của số không dương.",
  "data/zero-base":
    "Cửa sổ không chia được cho giá trị cuối của nó vì giá trị ấy bằng 0. Hãy chọn cách chuẩn hoá khác.",
  "data/label-changes": "Nhãn của một chuỗi phải giống nhau trên mọi dòng của nó. Hãy sửa nhãn hoặc mã chuỗi.",
  "data/unknown-label": "Có một nhãn không thuộc các lớp mà mô hình biết.",
  "data/unknown-token": "Văn bản có ký hiệu mà mô hình chưa từng gặp và không đọc được. Hãy xoá hoặc thay ký hiệu ấy.",
  "data/empty-sequence": "Không có gì để đọc: chuỗi hoặc văn bản đang trống. Hãy nhập nội dung.",
  "data/long-sequence": "Chuỗi quá dài. Hãy cắt ngắn hoặc chia thành nhiều phần.",

  "cells/bad-initialiser":
    "Cách cho giá trị đầu không dùng được với tham số này, hoặc các số của nó nằm ngoài khoảng cho phép.",
  "cells/unknown-initialisation": "Không có cách khởi tạo nào tên như vậy.",

  "network/bad-layer": "Một tầng không hợp với vị trí của nó trong mạng.",
  "network/bad-size": "Kích thước hoặc tỉ lệ của một tầng nằm ngoài khoảng cho phép. Hãy chọn giá trị khác.",
  "network/not-embedded": "Ký hiệu đi thẳng vào một tầng tính toán với số. Cần đặt tầng nhúng ở trước.",
  "network/no-stream": "Có tầng cần đọc cả chuỗi nên không thể chạy từng bước một.",
  "network/bad-logits": "Không chọn được gì từ đầu ra của mạng: đầu ra không phải là số, hoặc mọi ký hiệu đều bị loại.",
  "network/bad-snapshot": "Trạng thái được đưa vào thuộc về một mô hình khác hoặc một lô khác.",
  "network/no-member": "Phiên làm việc không có thành viên mang số ấy.",
  "network/bad-weights": "Không lưu được trọng số ở dạng đã chọn. Hãy chọn dạng có nhiều bit hơn.",
  "network/bad-input": "Dữ liệu đưa vào mạng có độ dài không đúng.",
  "network/bad-token": "Một ký hiệu không có trong bộ từ vựng của mạng.",
  "network/bad-parameters": "Một tham số bị thiếu hoặc có số phần tử không đúng.",
  "network/unknown-cell": "Không có ô dựng sẵn nào tên như vậy.",

  "training/bad-loss": "Không có hàm mất mát ấy, hoặc thiết lập của nó không hợp với đầu ra của mạng.",
  "training/bad-optimiser": "Không có thuật toán tối ưu ấy, hoặc một thiết lập của nó nằm ngoài khoảng cho phép.",
  "training/bad-clip": "Thiết lập cắt gradient viết sai, hoặc ngưỡng nằm ngoài khoảng cho phép.",
  "training/bad-schedule": "Không có lịch tốc độ học ấy, hoặc một thiết lập của nó nằm ngoài khoảng cho phép.",
  "training/bad-option": "Một thiết lập huấn luyện nằm ngoài khoảng cho phép. Hãy chọn giá trị khác.",
  "training/bad-data": "Dữ liệu huấn luyện viết sai, hoặc không hợp với mạng và hàm mất mát.",
  "training/nothing-to-train": "Mạng không có tham số nào được phép thay đổi, nên không có gì để huấn luyện.",
  "training/not-causal":
    "Không thể mang trạng thái theo dòng dữ liệu qua một tầng đọc từ cuối lên đầu. Hãy dùng tầng một chiều.",
  "training/not-finite":
    "Mất mát hoặc gradient trở thành vô hạn hay không còn là số, nên việc huấn luyện dừng lại. Hãy giảm tốc độ học hoặc cắt gradient.",
  "training/worker-lost":
    "Một luồng huấn luyện mất giữa chừng, có thể vì thiếu bộ nhớ. Hãy đóng bớt trang khác rồi chạy lại.",
  "training/other-run":
    "Điểm dừng này thuộc về một lần huấn luyện khác: mạng, hàm mất mát, thuật toán tối ưu hoặc dữ liệu không giống.",
  "training/bad-checkpoint": "Điểm dừng bị hỏng hoặc thiếu một phần. Hãy dùng bản sao khác.",

  "file/cannot-read": "Không mở hoặc không đọc được tệp. Hãy chọn lại tệp.",
  "file/cannot-write": "Không ghi được tệp. Hãy xem còn chỗ trống và có quyền ghi hay không.",
  "file/not-safetensors":
    "Đây không phải tệp safetensors. Hãy chọn một tệp mô hình .safetensors hoặc điểm dừng .checkpoint.",
  "file/truncated": "Tệp bị cụt, chưa có đủ nội dung. Hãy tải hoặc chép lại tệp.",
  "file/bad-header": "Phần đầu của tệp bị hỏng nên không biết trong tệp có gì. Hãy chép lại tệp từ bản gốc.",
  "file/bad-tensor":
    "Một mảng số trong tệp không nằm đúng chỗ, sai kích thước hoặc chứa số vô hạn. Hãy chép lại tệp từ bản gốc.",
  "file/no-model": "Tệp có các mảng số nhưng không có mô hình của Recurra. Hãy chọn tệp do Recurra lưu.",
  "file/newer-version": "Mô hình được tạo bởi phiên bản Recurra mới hơn trang này. Hãy cập nhật Recurra.",
  "file/bad-model":
    "Những gì tệp nói về mô hình viết sai, hoặc không khớp với các mảng số của nó. Hãy lưu lại mô hình từ nơi đã tạo ra nó.",
  "file/bad-workloads": "Tệp mô tả các phép đo tốc độ viết sai.",
  "file/damaged": "Nội dung tệp không còn như lúc được lưu. Hãy tải hoặc chép lại tệp.",
  "file/self-test": "Mô hình đã mở không tính ra kết quả mà tệp ghi. Hãy chép lại tệp; nếu vẫn vậy, hãy báo lỗi.",

  "convert/unknown-format":
    "Tên tệp không cho biết đây là mô hình ở định dạng nào. Hãy dùng đúng đuôi tệp, chẳng hạn .onnx, .keras, .h5 hay .safetensors.",
  "convert/different": "Mô hình sau khi chuyển đổi tính ra kết quả khác mô hình gốc, nên không được ghi.",
  "build/unsupported": "Mạng hoặc đồ thị có một phần không thể đóng gói thành mô-đun chạy độc lập.",
  "build/bad-option": "Một tuỳ chọn đóng gói không hợp với mạng hay đồ thị này. Hãy sửa hoặc bỏ tuỳ chọn ấy.",
  "graph/defined-twice": "Trong đồ thị của mô hình có hai giá trị trùng tên. Tệp mô hình có lẽ đã hỏng.",
  "graph/bad-input":
    "Một đầu vào của mô hình bị thiếu, không có thật, hoặc sai kiểu, sai kích thước. Hãy đưa vào đúng những gì mô hình cần.",
  "graph/bad-value": "Một phép toán trong mô hình không nhận được giá trị hay thuộc tính nó được giao.",
  "graph/unknown-operator": "Mô hình có một phép toán mà Recurra chưa biết.",
  "graph/undefined-value":
    "Một nút của mô hình đọc một giá trị mà trước nó không nút nào tính ra. Tệp mô hình có lẽ đã hỏng.",
  "graph/too-deep": "Các đồ thị con lồng nhau quá sâu, hoặc một vòng lặp chạy quá lâu.",
  "graph/no-graph": "Một tầng của mạng không viết được thành đồ thị theo cách đã yêu cầu.",
  "graph/no-network":
    "Mô hình chạy được, nhưng có một nút không ứng với tầng nào của Recurra, nên không xem được từng tầng.",
  "graph/no-stream": "Mô hình này cần cả dãy cùng lúc, nên không chạy từng bước được.",
  "numpy/bad-file":
    "Tệp không phải mảng NumPy, hoặc là loại mảng không đọc được. Hãy lưu lại thành mảng số thông thường.",
  "onnx/bad-file": "Tệp không phải mô hình ONNX, đã hỏng, hoặc chứa thứ chưa được hỗ trợ.",
  "onnx/bad-node": "Một nút của mô hình ONNX có thuộc tính hay đầu vào chưa được hỗ trợ.",
  "onnx/cannot-write": "Mô hình có phần mà ONNX không diễn đạt được.",
  "onnx/unknown-operator": "Mô hình ONNX có một phép toán mà Recurra chưa biết.",
  "file/bad-zip": "Tệp nén đã hỏng, hoặc chứa thứ bị từ chối: tên dẫn ra ngoài thư mục, hay hai tệp trùng tên.",
  "file/too-large": "Tệp nén bung ra lớn hơn mức cho phép.",
  "keras/bad-file": "Tệp không phải của Keras hoặc đã hỏng.",
  "keras/bad-config": "Phần mô tả mô hình trong tệp Keras viết sai.",
  "keras/bad-weights": "Trọng số trong tệp Keras bị thiếu hoặc không khớp với tầng của chúng.",
  "keras/unsupported": "Mô hình Keras có một tầng, một thiết lập hoặc một lớp tự viết mà Recurra không đọc được.",
  "keras/cannot-write": "Mô hình có phần mà các tầng của Keras không diễn đạt được.",
  "torch/refused":
    "Tệp PyTorch đòi chạy mã lệnh, nên bị từ chối; chỉ các tensor và giá trị thông thường được đọc. Hãy lưu lại state_dict.",
  "torch/bad-pickle": "Phần dữ liệu pickle bị cắt cụt, đã hỏng, hoặc không phải do PyTorch ghi.",
  "torch/bad-file": "Tệp PyTorch thiếu một phần, hoặc tensor không nằm ở chỗ nó ghi.",
  "torch/unclear":
    "Tên và kích thước trong tệp chưa đủ để biết mô hình gồm những mô-đun nào và theo thứ tự nào. Hãy chuyển đổi bằng dòng lệnh recurra convert với --modules.",
  "torch/cannot-write": "Mô hình có phần mà không mô-đun nào của PyTorch diễn đạt được.",

  "studio/too-large":
    "Tệp quá lớn: trang này chỉ đọc được tệp đến 200 MB. Hãy dùng một phần của dữ liệu, hoặc huấn luyện bằng dòng lệnh recurra train.",
  "studio/file-gone": "Tệp đã bị sửa hoặc bị xoá sau khi được chọn. Hãy chọn lại tệp.",
  "studio/missing-weights":
    "Mô hình còn thiếu một tệp trọng số. Hãy chọn hoặc thả model.json cùng mọi tệp trọng số của nó trong một lần.",
  "studio/part-of-data":
    "Lần huấn luyện này được bắt đầu với --fast, tức chỉ học một phần dữ liệu, nên bàn thực nghiệm không tiếp tục được. Hãy tiếp tục bằng dòng lệnh recurra train với --resume.",
  "studio/other-task":
    "Điểm dừng này lành lặn, nhưng thuộc về một bài toán mà bàn thực nghiệm không có. Hãy tiếp tục bằng dòng lệnh recurra train với --resume.",
  "studio/other-column":
    "Lần huấn luyện này học từ một cột của bảng (--text), điều mà bàn thực nghiệm không làm được với bài toán thêm dấu. Hãy tiếp tục bằng dòng lệnh recurra train với --resume.",
  "studio/other-data":
    "Dữ liệu này không phải dữ liệu mà lần huấn luyện đang học. Hãy chọn đúng dữ liệu đã dùng khi bắt đầu.",
};
