namespace SoftmaxScripting.Core.Tests

open System
open SoftmaxScripting.Core
open Xunit

/// Comparisons of numbers, which say where and by how much they differ.
module internal Near =

    /// Equal up to `relative` of the expected number and up to `absolute`; NaN equals NaN, an infinity itself.
    let isNear absolute relative (expected: float) (actual: float) =
        (Double.IsNaN expected && Double.IsNaN actual)
        || expected = actual
        || (Double.IsFinite expected
            && abs (expected - actual) <= absolute + relative * abs expected)

    let arrays label absolute relative (expected: float[]) (actual: float[]) =
        if expected.Length <> actual.Length then
            Assert.Fail $"{label}: {expected.Length} elements expected, {actual.Length} found"

        for i in 0 .. expected.Length - 1 do
            if not (isNear absolute relative expected[i] actual[i]) then
                Assert.Fail
                    $"{label}: element {i} of {expected.Length} is {actual[i]:R}, expected {expected[i]:R} (difference {actual[i] - expected[i]:G3})"

    let number label absolute relative expected actual =
        arrays label absolute relative [| expected |] [| actual |]

    let tensor label absolute relative (expected: float[]) (actual: Tensor) =
        arrays label absolute relative expected (actual.ToDoubles())

    /// The same bits, also of zeros and NaN.
    let sameBits label (expected: float[]) (actual: float[]) =
        Assert.Equal(expected.Length, actual.Length)

        for i in 0 .. expected.Length - 1 do
            if
                BitConverter.DoubleToInt64Bits expected[i]
                <> BitConverter.DoubleToInt64Bits actual[i]
            then
                Assert.Fail
                    $"{label}: element {i} is {actual[i]:R}, expected the bits of {expected[i]:R}"

    let isFinite label (values: float[]) =
        values
        |> Array.iteri (fun i v ->
            if not (Double.IsFinite v) then
                Assert.Fail $"{label}: element {i} of {values.Length} is {v}")

/// Graphs and numbers: evaluation by the interpreter, by plans, and derivatives by differences.
module internal Graph =

    let data (dtype: DType) (shape: int list) (values: float[]) =
        Expr.data (Storage.OfDoubles(dtype, values)) (Shape.Of(List.toArray shape))

    let double shape values = data DType.Float64 shape values

    /// Class indices.
    let indices shape (values: int list) =
        data DType.Int32 shape (values |> List.map float |> List.toArray)

    /// Reproducible random numbers.
    let random seed dtype (shape: int list) low high =
        let values = Values.fill seed low high (List.fold (*) 1 shape)

        data
            dtype
            shape
            (if dtype = DType.Float32 then
                 values |> Array.map (fun v -> float (float32 v))
             else
                 values)

    let interpret (e: Expr) = (Interpreter.evaluate [| e |])[0]

    let plan (e: Expr) =
        let values = Evaluator.evaluate [| e |]
        values[0].ToDoubles()

    let variable (value: Expr) = Expr.variable "x" value

    /// ∂ Σ w·f / ∂ targets, by differences of the interpreter's values in float64. `bump` gives f for other numbers in
    /// the target.
    let differences (f: float[] -> float) (at: float[]) : float[] =
        let h = 1e-4

        Array.init at.Length (fun i ->
            let moved step =
                let x = Array.copy at
                x[i] <- x[i] + step
                f x
            // Fourth-order central differences: error of about h⁴.
            (8.0 * (moved h - moved -h) - (moved (2.0 * h) - moved (-2.0 * h))) / (12.0 * h))

    /// Weights that make one number of a tensor without symmetries that could hide an error.
    let weights seed (e: Expr) =
        random seed DType.Float64 (e.Shape.ToArray() |> List.ofArray) 0.5 1.5

    let weighted seed (e: Expr) =
        Build.sum (Array.init e.Shape.Rank id) (Build.mul (weights seed e) e)
        |> Build.reshape Shape.Scalar

    /// Value by plan against interpreter, and the gradient in each float64 argument by interpreter and plan against
    /// differences, first and second order.
    let checkDerivatives label tolerance (arguments: Expr list) (f: Expr[] -> Expr) =
        let arguments = List.toArray arguments

        let value = f arguments
        Near.arrays $"{label}: plan against interpreter" 1e-9 1e-9 (interpret value) (plan value)

        let gradient (args: Expr[]) (loss: Expr[] -> Expr) which =
            (Gradient.derive (loss args) [| args[which] |])[0]

        let loss args = weighted 1 (f args)

        for which in 0 .. arguments.Length - 1 do
            if arguments[which].DType = DType.Float64 then
                let at = interpret arguments[which]
                let shape = arguments[which].Shape

                let replaced (x: float[]) =
                    Array.updateAt
                        which
                        (Expr.data (Storage.OfDoubles(DType.Float64, x)) shape)
                        arguments

                let check order (scalar: Expr[] -> Expr) =
                    let expected = differences (fun x -> (interpret (scalar (replaced x)))[0]) at
                    let derived = gradient arguments scalar which
                    Assert.Equal(shape, derived.Shape)
                    let name = $"{label}: {order} derivative in argument {which}"

                    Near.arrays
                        $"{name}, interpreter"
                        tolerance
                        tolerance
                        expected
                        (interpret derived)

                    Near.arrays $"{name}, plan" tolerance tolerance expected (plan derived)

                check "first" loss

                check "second" (fun args -> weighted 2 (gradient args loss which))
