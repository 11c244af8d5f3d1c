namespace SoftmaxScripting.Core

open System
open System.Globalization
open System.Text

/// How tensors look in a terminal.
module internal TensorFormat =

    /// Beyond this many elements the middle of each axis is left out.
    let private threshold = 1000
    let private edge = 3

    let number (dtype: DType) (value: float) =
        match dtype with
        | DType.Float32
        | DType.Float64 ->
            if Double.IsPositiveInfinity value then
                "∞"
            elif Double.IsNegativeInfinity value then
                "-∞"
            elif Double.IsNaN value then
                "NaN"
            elif value = Math.Floor value && abs value < 1e6 then
                value.ToString("0.", CultureInfo.InvariantCulture)
            else
                value.ToString("G5", CultureInfo.InvariantCulture)
        | DType.Int32
        | DType.UInt8 -> value.ToString("0", CultureInfo.InvariantCulture)

    let text (dtype: DType) (shape: Shape) (value: int -> float) =
        let builder = StringBuilder()
        let strides = Shapes.strides shape
        let shortened = shape.Size > threshold

        let shown axis =
            let n: int = shape[axis]

            if shortened && n > 2 * edge then
                Array.concat [ [| 0 .. edge - 1 |]; [| -1 |]; [| n - edge .. n - 1 |] ]
            else
                [| 0 .. n - 1 |]

        let rec width axis offset =
            if axis = shape.Rank then
                (number dtype (value offset)).Length
            else
                shown axis
                |> Array.fold
                    (fun w i ->
                        if i < 0 then
                            w
                        else
                            max w (width (axis + 1) (offset + i * strides[axis])))
                    0

        let cell = width 0 0

        let rec write axis offset (indent: int) =
            if axis = shape.Rank then
                builder.Append((number dtype (value offset)).PadLeft cell) |> ignore
            else
                builder.Append '[' |> ignore
                let last = axis = shape.Rank - 1

                shown axis
                |> Array.iteri (fun k i ->
                    if k > 0 then
                        if last then
                            builder.Append ", " |> ignore
                        else
                            builder.Append(",\n").Append(' ', indent + 1) |> ignore

                    if i < 0 then
                        builder.Append "…" |> ignore
                    else
                        write (axis + 1) (offset + i * strides[axis]) (indent + 1))

                builder.Append ']' |> ignore

        write 0 0 0

        builder.Append("  ").Append(shape.ToString()).Append(' ').Append(dtype.ToString())
        |> ignore

        builder.ToString()
