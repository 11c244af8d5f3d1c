/// Softmax, log-sum-exp and cross-entropy: their laws, as properties over random rows.
module SoftmaxScripting.Core.Tests.SoftmaxTests

open System
open FsCheck.FSharp
open SoftmaxScripting.Core
open Xunit

/// Logits from tame to far beyond where exp overflows.
let private logits =
    Arb.fromGenShrink (
        Gen.elements [ 3.0; 30.0; 1000.0; 1e4 ]
        |> Gen.bind (fun scale -> (Values.vector 1 -scale scale).Generator),
        (Values.vector 1 -1e4 1e4).Shrinker
    )

let private tensor (values: float[]) = Tensor.Of values
let private single (values: float[]) = (Tensor.Of values).ToFloat()
let private softmax (values: float[]) = (tensor values).Softmax().ToDoubles()
let private lse (values: float[]) = (tensor values).LogSumExp().Item()

/// exp xᵢ / Σ exp xⱼ by definition, in decimal-like care: relative to the largest.
let private byDefinition (values: float[]) =
    let top = Array.max values
    let e = values |> Array.map (fun v -> exp (v - top))
    let total = Array.sum e
    e |> Array.map (fun v -> v / total)

/// exp(x − lse x): log-sum-exp is as large as the largest logit, and its rounding is a relative error of the result.
let private rounding epsilon (x: float[]) =
    let largest = x |> Array.fold (fun m v -> max m (abs v)) 1.0
    4.0 * epsilon * (4.0 + largest)

let private epsilon64 = 1.2e-16
let private epsilon32 = 6e-8

[<Fact>]
let ``softmax is exp over the sum of exp`` () =
    Properties.check "definition" 200 logits (fun x ->
        Near.arrays "float64" 1e-300 (rounding epsilon64 x) (byDefinition x) (softmax x)

        let rounded = x |> Array.map (fun v -> float (float32 v))

        Near.arrays
            "float32"
            1e-37
            (rounding epsilon32 x)
            (byDefinition rounded)
            ((single x).Softmax().ToDoubles()))

    Near.arrays "example" 5e-4 0.0 [| 0.659; 0.242; 0.099 |] (softmax [| 2.0; 1.0; 0.1 |])

[<Fact>]
let ``softmax sums to 1 with entries between 0 and 1`` () =
    Properties.check "a distribution" 200 logits (fun x ->
        for p, epsilon in [ softmax x, epsilon64; (single x).Softmax().ToDoubles(), epsilon32 ] do
            Near.number "sum" (rounding epsilon x) 0.0 1.0 (Array.sum p)
            Assert.All(p, fun v -> Assert.InRange(v, 0.0, 1.0)))

[<Fact>]
let ``softmax does not change when a number is added to every logit`` () =
    Properties.check "shift" 200 (Values.vector 2 -1000.0 1000.0) (fun x ->
        let shift = x[0]
        let rest = Array.tail x

        Near.arrays
            "shifted"
            1e-12
            1e-9
            (softmax rest)
            (softmax (rest |> Array.map (fun v -> v + shift))))

[<Fact>]
let ``softmax of permuted logits is permuted softmax`` () =
    Properties.check "permutation" 200 logits (fun x ->
        let order = [| 0 .. x.Length - 1 |]
        Random(x.Length).Shuffle order
        let permuted (v: float[]) = order |> Array.map (fun i -> v[i])
        Near.arrays "permuted" 1e-300 1e-13 (permuted (softmax x)) (softmax (permuted x)))

[<Fact>]
let ``softmax keeps the order of the logits`` () =
    Properties.check "order" 200 logits (fun x ->
        let p = softmax x

        for i in 0 .. x.Length - 1 do
            for j in 0 .. x.Length - 1 do
                if x[i] < x[j] then
                    Assert.True(p[i] <= p[j]))

[<Fact>]
let ``softmax of two classes is the sigmoid of their difference`` () =
    Properties.check "two classes" 200 (Values.twoVectors 1 -1000.0 1000.0) (fun (a, b) ->
        let p = Tensor.Stack([| tensor a; tensor b |], 1).Softmax().ToDoubles()

        let sigma = (tensor a - tensor b).Sigmoid().ToDoubles()
        Near.arrays "first class" 1e-300 1e-12 sigma (Array.init a.Length (fun i -> p[2 * i])))

[<Fact>]
let ``the Jacobian of softmax is diag(p) − p·pᵀ, as is the Hessian of log-sum-exp`` () =
    Properties.check "Jacobian" 40 (Values.vector 1 -5.0 5.0) (fun values ->
        let values = Array.truncate 6 values
        let n = values.Length
        let p = byDefinition values

        let expected =
            Array.init (n * n) (fun k ->
                let i, j = k / n, k % n
                (if i = j then p[i] else 0.0) - p[i] * p[j])

        let jacobian = Differentiation.Jacobian((fun x -> x.Softmax()), tensor values)
        Assert.Equal(Shape.Of(n, n), jacobian.Shape)
        Near.tensor "Jacobian" 1e-13 1e-12 expected jacobian

        Near.tensor
            "Hessian"
            1e-13
            1e-12
            expected
            (Differentiation.Hessian((fun x -> x.LogSumExp()), tensor values))

        Near.tensor
            "of the textbook formula"
            1e-13
            1e-12
            expected
            (Differentiation.Jacobian((fun x -> x.Exp() / x.Exp().Sum()), tensor values))

        let rowSums = jacobian.Sum(1).ToDoubles()
        Near.arrays "rows sum to 0" 1e-13 0.0 (Array.zeroCreate n) rowSums)

[<Fact>]
let ``the gradient of log-sum-exp is softmax`` () =
    Properties.check "gradient of lse" 100 logits (fun x ->
        Near.tensor
            "softmax"
            1e-14
            1e-12
            (byDefinition x)
            (Differentiation.Gradient((fun x -> x.LogSumExp()), tensor x)))

[<Fact>]
let ``log-sum-exp lies between the maximum and the maximum plus log n`` () =
    Properties.check "bounds" 200 logits (fun x ->
        let top = Array.max x
        let slack = 1e-14 * (1.0 + abs top)
        Assert.InRange(lse x, top - slack, top + Math.Log(float x.Length) + slack)

        let top32 = x |> Array.map (fun v -> float (float32 v)) |> Array.max
        let slack32 = 1e-6 * (1.0 + abs top32)

        Assert.InRange(
            (single x).LogSumExp().Item(),
            top32 - slack32,
            top32 + Math.Log(float x.Length) + slack32
        ))

[<Fact>]
let ``log softmax is the logit minus log-sum-exp`` () =
    Properties.check "log softmax" 100 logits (fun x ->
        let total = lse x

        Near.tensor
            "difference"
            1e-9
            1e-12
            (x |> Array.map (fun v -> v - total))
            ((tensor x).LogSoftmax()))

[<Fact>]
let ``softmax is 1-Lipschitz`` () =
    Properties.check "Lipschitz" 200 (Values.twoVectors 1 -5.0 5.0) (fun (a, b) ->
        let distance (u: float[]) (v: float[]) =
            sqrt (Array.fold2 (fun s x y -> s + (x - y) * (x - y)) 0.0 u v)

        Assert.True(distance (softmax a) (softmax b) <= distance a b * (1.0 + 1e-12)))

[<Fact>]
let ``a low temperature gives the largest alone, a high one the uniform distribution`` () =
    Properties.check "temperature" 100 (Values.vector 2 -5.0 5.0) (fun x ->
        let at (t: float) =
            ((tensor x) / Tensor.op_Implicit t).Softmax().ToDoubles()

        Near.arrays "uniform" 1e-6 0.0 (x |> Array.map (fun _ -> 1.0 / float x.Length)) (at 1e8)
        let sorted = Array.sortDescending x

        if sorted[0] - sorted[1] > 0.01 then
            let hot = x |> Array.map (fun v -> if v = sorted[0] then 1.0 else 0.0)
            Near.arrays "one-hot" 1e-12 0.0 hot (at 1e-4))

[<Fact>]
let ``the maximum is taken for each row`` () =
    let rows = Tensor.Of(array2D [ [ 0.0f; 0.0f ]; [ 1000.0f; 0.0f ] ])
    Near.tensor "softmax" 0.0 0.0 [| 0.5; 0.5; 1.0; 0.0 |] (rows.Softmax())
    Near.tensor "lse" 1e-7 1e-7 [| Math.Log 2.0; 1000.0 |] (rows.LogSumExp())
    Near.tensor "along columns" 0.0 0.0 [| 0.0; 0.5; 1.0; 0.5 |] (rows.Softmax 0)

[<Fact>]
let ``rows of −∞ have log-sum-exp −∞, softmax 0 and no NaN anywhere`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        let values = [| -infinity; -infinity; -infinity; 1.0; -infinity; 2.0 |]
        let x = (Tensor.Of(values).Reshape(2, 3)).To dtype
        let p = 1.0 / (1.0 + exp 1.0)
        Near.tensor "lse" 1e-6 1e-6 [| -infinity; 2.0 + Math.Log(1.0 + exp -1.0) |] (x.LogSumExp())
        Near.tensor "softmax" 1e-7 1e-6 [| 0.0; 0.0; 0.0; p; 0.0; 1.0 - p |] (x.Softmax())
        let logSoftmax = x.LogSoftmax().ToDoubles()
        Assert.DoesNotContain(nan, logSoftmax)

        Near.arrays
            "log softmax"
            1e-6
            1e-6
            [| -infinity; -infinity; -infinity; Math.Log p; -infinity; Math.Log(1.0 - p) |]
            logSoftmax

        Near.tensor
            "gradient of lse"
            1e-7
            1e-6
            [| 0.0; 0.0; 0.0; p; 0.0; 1.0 - p |]
            (Differentiation.Gradient((fun x -> x.LogSumExp().Sum()), x))

        // Weights that make the gradient of softmax differ from 0.
        let weights = Tensor.Of([| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |]).Reshape(2, 3)
        let gradient = Differentiation.Gradient((fun x -> (x.Softmax() * weights).Sum()), x)
        let slope = p * (4.0 - (4.0 * p + 6.0 * (1.0 - p)))
        Near.tensor "gradient of softmax" 1e-6 1e-6 [| 0.0; 0.0; 0.0; slope; 0.0; -slope |] gradient

[<Fact>]
let ``a masked entry gets gradient 0 and the others what they get without it`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        let full = Tensor.Of([| 1.0; -infinity; 2.0; 0.5 |]).Reshape(1, 4).To dtype
        let short = Tensor.Of([| 1.0; 2.0; 0.5 |]).Reshape(1, 3).To dtype

        let lossOf (label: int) (x: Tensor) =
            Loss.CrossEntropy(x, Tensor.Of [| label |])

        let masked = Differentiation.Gradient(lossOf 2, full).ToDoubles()
        let plain = Differentiation.Gradient(lossOf 1, short).ToDoubles()
        Near.arrays "gradient" 1e-7 1e-6 [| plain[0]; 0.0; plain[1]; plain[2] |] masked

        let soft = Tensor.Of([| 0.25; 0.0; 0.75; 0.0 |]).Reshape(1, 4).To dtype
        let softShort = Tensor.Of([| 0.25; 0.75; 0.0 |]).Reshape(1, 3).To dtype

        let masked =
            Differentiation.Gradient((fun x -> Loss.CrossEntropy(x, soft)), full).ToDoubles()

        let plain =
            Differentiation.Gradient((fun x -> Loss.CrossEntropy(x, softShort)), short).ToDoubles()

        Near.arrays "gradient, soft target" 1e-7 1e-6 [| plain[0]; 0.0; plain[1]; plain[2] |] masked

        // The mask written as a choice.
        let keep = Tensor.Of([| 1.0; 0.0; 1.0; 1.0 |]).Reshape(1, 4).To dtype
        let ordinary = Tensor.Of([| 1.0; 9.0; 2.0; 0.5 |]).Reshape(1, 4).To dtype

        let chosen =
            Differentiation.Gradient(
                (fun x -> lossOf 2 (Tensor.Where(keep, x, Tensor.op_Implicit -infinity))),
                ordinary
            )

        Near.tensor
            "gradient through a choice"
            1e-7
            1e-6
            (Differentiation.Gradient(lossOf 2, full).ToDoubles())
            chosen

let private row = Values.vector 2 -20.0 20.0

[<Fact>]
let ``the gradient of cross-entropy is softmax − y, and sums to 0`` () =
    Properties.check "labels" 100 row (fun x ->
        let label = x.Length / 2
        let logits = (tensor x).Reshape(1, x.Length)

        let gradient =
            Differentiation
                .Gradient((fun z -> Loss.CrossEntropy(z, Tensor.Of [| label |])), logits)
                .ToDoubles()

        let expected =
            byDefinition x |> Array.mapi (fun i p -> if i = label then p - 1.0 else p)

        Near.arrays "softmax − onehot" 1e-13 1e-10 expected gradient
        Near.number "sum" 1e-13 0.0 0.0 (Array.sum gradient))

    Properties.check "distributions" 100 (Values.twoVectors 2 -20.0 20.0) (fun (x, t) ->
        let y = byDefinition t
        let shaped (v: float[]) = (tensor v).Reshape(1, v.Length)

        let gradient =
            Differentiation
                .Gradient((fun z -> Loss.CrossEntropy(z, shaped y)), shaped x)
                .ToDoubles()

        Near.arrays "softmax − y" 1e-13 1e-9 (Array.map2 (-) (byDefinition x) y) gradient
        Near.number "sum" 1e-13 0.0 0.0 (Array.sum gradient))

[<Fact>]
let ``Gibbs: cross-entropy is at least the entropy, and equal where the distributions are`` () =
    Properties.check "Gibbs" 200 (Values.twoVectors 2 -8.0 8.0) (fun (a, b) ->
        let p, q = byDefinition a, byDefinition b

        let surprise (p: float[]) (q: float[]) =
            -(Array.fold2 (fun s u v -> s + u * Math.Log v) 0.0 p q)

        let shaped (v: float[]) = (tensor v).Reshape(1, v.Length)
        let crossEntropy = Loss.CrossEntropy(shaped b, shaped p).Item()
        Near.number "by definition" 1e-11 1e-11 (surprise p q) crossEntropy
        Assert.True(crossEntropy >= surprise p p - 1e-12)

        Near.number
            "at Q = P"
            1e-11
            1e-11
            (surprise p p)
            (Loss.CrossEntropy(shaped a, shaped p).Item()))

[<Fact>]
let ``cross-entropy is convex in the logits`` () =
    Properties.check "convex" 200 (Values.twoVectors 2 -20.0 20.0) (fun (a, b) ->
        let loss (x: float[]) =
            Loss.CrossEntropy((tensor x).Reshape(1, x.Length), Tensor.Of [| 0 |]).Item()

        let middle = Array.map2 (fun u v -> (u + v) / 2.0) a b

        Assert.True(
            loss middle
            <= (loss a + loss b) / 2.0 + 1e-12 * (1.0 + abs (loss a) + abs (loss b))
        ))

[<Fact>]
let ``textbook cross-entropy at logits of ±10⁴ is finite and the stable one`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        let logits =
            Tensor.Of([| 1e4; -1e4; 0.0; 3.0; -1e4; 1e4; 1e4; 1e4; -1e4 |]).Reshape(3, 3).To dtype

        let labels = Tensor.Of [| 1; 0; 2 |]
        let hot = Tensor.OneHot(labels, 3)

        let gradient (f: Tensor -> Tensor) =
            let struct (value, g) =
                Differentiation.ValueAndGrad((fun (a: Tensor[]) -> f a[0]), [| logits |])

            Array.append [| value.Item() |] (g[0].ToDoubles())

        let stable = gradient (fun z -> Loss.CrossEntropy(z, labels))
        Near.isFinite "stable" stable

        let forms: (string * (Tensor -> Tensor)) list =
            [ "−log softmax[label]", (fun z -> -(z.Softmax().Pick(labels).Log().Mean()))
              "−log of the textbook softmax",
              (fun z -> -((z.Exp() / z.Exp().Sum(1, true)).Log().Pick(labels).Mean()))
              "−Σ y log softmax", (fun z -> -((hot * z.Softmax().Log()).Sum(1).Mean()))
              "−Σ y log of the textbook softmax",
              (fun z -> -((hot * (z.Exp() / z.Exp().Sum(1, true)).Log()).Sum(1).Mean()))
              "Nll of log softmax", (fun z -> Loss.Nll(z.LogSoftmax(), labels))
              "Nll of the log of softmax", (fun z -> Loss.Nll(z.Softmax().Log(), labels))
              "log Σ exp − Σ y z", (fun z -> (z.Exp().Sum(1).Log() - (hot * z).Sum(1)).Mean())
              "one-hot target", (fun z -> Loss.CrossEntropy(z, hot)) ]

        for name, f in forms do
            let actual = gradient f
            Near.isFinite $"{name} {dtype}" actual
            Near.arrays $"{name} {dtype}" 1e-6 1e-6 stable actual

        // And outside a transformation each step runs at once, so the textbook formula shows its overflow.
        let naive = (logits.Exp() / logits.Exp().Sum(1, true)).ToDoubles()
        Assert.Contains(naive, Predicate Double.IsNaN)

[<Fact>]
let ``large logits keep their digits in float32, along either axis and as a derivative`` () =
    let values = [| 9000.25; 9001.5; 9000.0; 8999.0; -1e4; 9002.75 |]
    let truth = byDefinition values

    let check name (actual: float[]) =
        Array.iteri2
            (fun i expected value ->
                let error = abs (value - expected)

                Assert.True(
                    error <= 4.0 * 1.2e-7 * expected + 1e-38,
                    $"{name}[{i}]: {value} against {expected}"
                ))
            truth
            actual

    let row = (single values).Reshape(1, 6)
    check "row" (row.Softmax().ToDoubles())
    check "column" (row.T.Softmax(0).ToDoubles())
    check "log" (row.LogSoftmax().ToDoubles() |> Array.map exp)

    check
        "derivative of log-sum-exp"
        ((Differentiation.Gradient((fun x -> x.LogSumExp().Sum()), row)).ToDoubles())
