/// Derivatives of functions of tensors: all orders, both modes, nesting, control flow, and what is refused.
module SoftmaxScripting.Core.Tests.DifferentiationTests

open System
open System.Threading.Tasks
open SoftmaxScripting.Core
open Xunit

let private number (value: float) = Tensor.op_Implicit value
let private double (values: float[]) = Tensor.Of values
let private scalar (value: float) = (double [| value |]).Reshape()
let private derivative (f: Tensor -> Tensor) (x: Tensor) = Differentiation.Gradient(f, x)

/// The derivative of some order, as a function.
let rec private nth order (f: Tensor -> Tensor) : Tensor -> Tensor =
    if order = 0 then f else nth (order - 1) (derivative f)

[<Fact>]
let ``derivatives up to the fourth order have their closed forms`` () =
    let sinOf order x =
        match order % 4 with
        | 0 -> sin x
        | 1 -> cos x
        | 2 -> -(sin x)
        | _ -> -(cos x)

    let functions: (string * (Tensor -> Tensor) * (int -> float -> float)) list =
        [ "exp", (fun x -> x.Exp()), (fun _ x -> exp x)
          "sin", (fun x -> x.Sin()), sinOf
          "exp 2x", (fun x -> (number 2.0 * x).Exp()), (fun n x -> pown 2.0 n * exp (2.0 * x))
          "log",
          (fun x -> x.Log()),
          (fun n x -> [| Math.Log x; 1.0 / x; -1.0 / (x * x); 2.0 / pown x 3; -6.0 / pown x 4 |][n])
          "1/x",
          (fun x -> number 1.0 / x),
          (fun n x -> [| 1.0; -1.0; 2.0; -6.0; 24.0 |][n] / pown x (n + 1))
          "polynomial",
          (fun x -> number 3.0 * x * x * x * x - number 2.0 * x * x + x - number 7.0),
          (fun n x ->
              [| 3.0 * pown x 4 - 2.0 * x * x + x - 7.0
                 12.0 * pown x 3 - 4.0 * x + 1.0
                 36.0 * x * x - 4.0
                 72.0 * x
                 72.0 |][n])
          "power 5",
          (fun x -> x.Pow(number 5.0)),
          (fun n x -> [| 1.0; 5.0; 20.0; 60.0; 120.0 |][n] * pown x (5 - n)) ]

    for name, f, closed in functions do
        for at in [ 0.3; 1.0; 2.5 ] do
            for order in 0..4 do
                let value = (nth order f (scalar at)).Item()
                Near.number $"{name}, order {order} at {at}" 1e-10 1e-10 (closed order at) value

[<Fact>]
let ``nested derivatives do not confuse their perturbations`` () =
    // d/dx (x · d/dy (x + y)) = d/dx (x · 1) = 1 (Siskind and Pearlmutter 2005).
    let one =
        derivative (fun x -> x * derivative (fun y -> x + y) (scalar 3.0)) (scalar 2.0)

    Assert.Equal(1.0, one.Item())

    // d/dx (x · d/dy (x · y²) at y = x) = d/dx (x · 2x²) = 6x².
    let inner x = derivative (fun y -> x * y * y) x
    Assert.Equal(24.0, (derivative (fun x -> x * inner x) (scalar 2.0)).Item())

    // The inner derivative with respect to y of something with x only is 0.
    Assert.Equal(
        0.0,
        (derivative (fun x -> derivative (fun _ -> x * x) (scalar 1.0)) (scalar 2.0)).Item()
    )

    // Three deep: d/dx d/dy d/dz (x² y² z²) = 8 x y z.
    let deep =
        derivative
            (fun x ->
                derivative
                    (fun y -> derivative (fun z -> x * x * y * y * z * z) (scalar 5.0))
                    (scalar 3.0))
            (scalar 2.0)

    Assert.Equal(240.0, deep.Item())

    // Forward mode inside reverse mode inside forward mode.
    let forward (f: Tensor -> Tensor) (x: Tensor) =
        let struct (_, tangent) = Differentiation.Jvp(f, x, scalar 1.0)
        tangent

    let mixed =
        forward
            (fun x -> x * derivative (fun y -> x * forward (fun z -> y * z * z) y) x)
            (scalar 2.0)
    // z: 2yz at z = y gives 2y²; y: x·4y at y = x gives 4x²; x·4x² has the derivative 12x².
    Assert.Equal(48.0, mixed.Item())

/// Functions of a vector of four numbers.
let private vectorFunctions: (string * (Tensor -> Tensor)) list =
    let matrix =
        (double [| 1.0; -2.0; 0.5; 3.0; 2.0; 1.0; -1.0; 0.3; 0.7; -0.4; 1.5; 1.0 |]).Reshape(3, 4)

    [ "softmax", (fun x -> x.Softmax())
      "product", (fun x -> matrix.MatMul(x.Tanh()))
      "outer", (fun x -> x.Outer(x.Sin()))
      "gather", (fun x -> x.Gather(Tensor.Of [| 3; 0; 3 |]) * x.Sum())
      "cumulative", (fun x -> Tensor.Concat([| x; x * x; x.At(Range(Index 1, Index 3)).Exp() |], 0))
      "norm", (fun x -> x / x.Norm())
      "max", (fun x -> x.Max() * x.Minimum(x * x))
      "mixed",
      (fun x ->
          Tensor
              .Where(Tensor.op_GreaterThan (x, number 0.5), x * x, x.Sin())
              .Reshape(2, 2)
              .Sum(0, true)) ]

let private differencesOf (f: Tensor -> Tensor) (at: float[]) =
    let outputs = (f (double at)).Size
    // Row by row: ∂fᵢ/∂xⱼ.
    Array.init outputs (fun i -> Graph.differences (fun x -> (f (double x)).ToDoubles()[i]) at)

let private at = [| 0.7; -1.3; 0.2; 1.9 |]

[<Fact>]
let ``Jacobians agree with differences, and with both modes`` () =
    for name, f in vectorFunctions do
        let x = double at
        let jacobian = Differentiation.Jacobian(f, x)
        let rows = differencesOf f at
        Near.tensor name 1e-8 1e-7 (Array.concat rows) jacobian
        let output = f x
        Assert.Equal(Shape.Of(Array.append (output.Shape.ToArray()) [| 4 |]), jacobian.Shape)

        let tangent = double [| 0.3; -0.8; 1.1; 0.5 |]

        let cotangent =
            (double (Values.fill 3 -1.0 1.0 output.Size)).Reshape(output.Shape.ToArray())

        let struct (value, pushed) = Differentiation.Jvp(f, x, tangent)
        let struct (value', pulled) = Differentiation.Vjp(f, x, cotangent)
        Near.tensor $"{name}, value of jvp" 1e-13 1e-13 (output.ToDoubles()) value
        Near.tensor $"{name}, value of vjp" 1e-13 1e-13 (output.ToDoubles()) value'

        let dot (a: float[]) (b: float[]) =
            Array.fold2 (fun s u v -> s + u * v) 0.0 a b

        let t, c = tangent.ToDoubles(), cotangent.ToDoubles()
        Near.tensor $"{name}, J·t" 1e-8 1e-7 (rows |> Array.map (dot t)) pushed

        Near.tensor
            $"{name}, Jᵀ·c"
            1e-8
            1e-7
            (Array.init 4 (fun j -> dot c (rows |> Array.map (fun r -> r[j]))))
            pulled
        // ⟨t, Jᵀc⟩ = ⟨Jt, c⟩.
        Near.number
            $"{name}, duality"
            1e-12
            1e-12
            (dot t (pulled.ToDoubles()))
            (dot (pushed.ToDoubles()) c)

[<Fact>]
let ``forward and reverse mode are adjoint on random graphs`` () =
    Properties.checkShown
        "⟨gradient, tangents⟩ = push of the tangents"
        100
        (RandomGraphs.show DType.Float64)
        RandomGraphs.programs
        (fun program ->
            let leaves = RandomGraphs.leaves DType.Float64 program

            let tangents =
                leaves
                |> Array.mapi (fun i l ->
                    Graph.random
                        (i + 50)
                        DType.Float64
                        (l.Shape.ToArray() |> List.ofArray)
                        -1.0
                        1.0)

            let gradients, pushed =
                Trace.Run(fun () ->
                    let loss = RandomGraphs.build program leaves
                    Gradient.derive loss leaves, Gradient.push loss leaves tangents)

            let products =
                Array.map2
                    (fun g t -> Array.map2 (*) (Graph.interpret g) (Graph.interpret t))
                    gradients
                    tangents
                |> Array.concat

            let scale = products |> Array.sumBy abs

            Near.number
                "interpreter"
                (1e-10 * (1.0 + scale))
                0.0
                (Array.sum products)
                (Array.head (Graph.interpret pushed))

            Near.number
                "plan"
                (1e-9 * (1.0 + scale))
                0.0
                (Array.sum products)
                (Array.head (Graph.plan pushed)))

[<Fact>]
let ``Hessians are symmetric, agree with differences, and with Hessian-vector products`` () =
    for name, f in vectorFunctions do
        if name <> "max" then
            let loss (x: Tensor) =
                let y = f x
                (y * y * y).Sum() + y.Sum().Sin()

            let x = double at
            let hessian = Differentiation.Hessian(loss, x)
            Assert.Equal(Shape.Of(4, 4), hessian.Shape)
            let h = hessian.ToDoubles()
            let rows = differencesOf (derivative loss) at
            Near.arrays $"{name}, differences" 1e-6 1e-6 (Array.concat rows) h

            Near.arrays
                $"{name}, symmetric"
                1e-10
                1e-10
                h
                (Array.init 16 (fun k -> h[k % 4 * 4 + k / 4]))

            let v = [| 0.5; -1.0; 2.0; 0.25 |]

            let expected =
                Array.init 4 (fun i -> Seq.sum (seq { for j in 0..3 -> h[i * 4 + j] * v[j] }))

            Near.tensor
                $"{name}, product"
                1e-10
                1e-10
                expected
                (Differentiation.HessianVector(loss, x, double v))

[<Fact>]
let ``gradients of several arguments, some of them indices`` () =
    let w = (double (Values.fill 1 -1.0 1.0 6)).Reshape(2, 3)
    let b = double (Values.fill 2 -1.0 1.0 3)
    let x = (double (Values.fill 3 -1.0 1.0 8)).Reshape(4, 2)
    let labels = Tensor.Of [| 2; 0; 1; 1 |]

    let struct (value, gradients) =
        Differentiation.ValueAndGrad(
            (fun (a: Tensor[]) -> Loss.CrossEntropy(x.MatMul a[0] + a[1], a[2])),
            [| w; b; labels |]
        )

    Assert.Equal(3, gradients.Length)
    Assert.Equal(w.Shape, gradients[0].Shape)
    Assert.Equal(b.Shape, gradients[1].Shape)
    Assert.Equal(labels.Shape, gradients[2].Shape)
    Near.tensor "labels" 0.0 0.0 (Array.zeroCreate 4) gradients[2]
    // By hand: softmax − onehot, then Xᵀδ/n and Σδ/n.
    let z = (x.MatMul w + b).ToDoubles()
    let y = labels.ToInts()

    let delta =
        Array.init 4 (fun i ->
            let row = z[3 * i .. 3 * i + 2]
            let e = row |> Array.map exp
            let s = Array.sum e
            e |> Array.mapi (fun j v -> (v / s - (if j = y[i] then 1.0 else 0.0)) / 4.0))

    let xs = x.ToDoubles()

    let expectedW =
        Array.init 6 (fun k ->
            Seq.sum (seq { for i in 0..3 -> xs[2 * i + k / 3] * delta[i][k % 3] }))

    Near.tensor "weights" 1e-12 1e-12 expectedW gradients[0]

    Near.tensor
        "bias"
        1e-12
        1e-12
        (Array.init 3 (fun j -> delta |> Array.sumBy (fun d -> d[j])))
        gradients[1]

    let loss =
        Array.init 4 (fun i ->
            let row = z[3 * i .. 3 * i + 2]
            Math.Log(row |> Array.sumBy exp) - row[y[i]])
        |> Array.average

    Near.number "value" 1e-12 1e-12 loss (value.Item())

[<Fact>]
let ``backpropagation through two layers is that of the textbook`` () =
    // z₁ = W₁x + b₁, a₁ = σ(z₁), z₂ = W₂a₁ + b₂, a₂ = σ(z₂), loss ½‖a₂ − y‖².
    let fill seed n = Values.fill seed -1.0 1.0 n
    let w1, b1, w2, b2 = fill 1 6, fill 2 3, fill 3 6, fill 4 2
    let x, y = fill 5 2, fill 6 2
    let column (v: float[]) = (double v).Reshape(v.Length, 1)

    let struct (_, g) =
        Differentiation.ValueAndGrad(
            (fun (p: Tensor[]) ->
                let a1 = (p[0].MatMul(column x) + p[1]).Sigmoid()
                let a2 = (p[2].MatMul a1 + p[3]).Sigmoid()
                let r = a2 - column y
                number 0.5 * (r * r).Sum()),
            [| (double w1).Reshape(3, 2); column b1; (double w2).Reshape(2, 3); column b2 |]
        )

    let sigma v = 1.0 / (1.0 + exp -v)

    let times (w: float[]) rows columns (v: float[]) =
        Array.init rows (fun i ->
            Seq.sum (seq { for j in 0 .. columns - 1 -> w[i * columns + j] * v[j] }))

    let a1 = Array.map2 (fun z b -> sigma (z + b)) (times w1 3 2 x) b1
    let a2 = Array.map2 (fun z b -> sigma (z + b)) (times w2 2 3 a1) b2
    let delta2 = Array.init 2 (fun i -> (a2[i] - y[i]) * a2[i] * (1.0 - a2[i]))

    let back =
        Array.init 3 (fun j -> Seq.sum (seq { for i in 0..1 -> w2[i * 3 + j] * delta2[i] }))

    let delta1 = Array.init 3 (fun j -> back[j] * a1[j] * (1.0 - a1[j]))

    let outer (d: float[]) (a: float[]) =
        d |> Array.collect (fun u -> a |> Array.map (fun v -> u * v))

    Near.tensor "∂L/∂W₂ = δ₂a₁ᵀ" 1e-13 1e-12 (outer delta2 a1) g[2]
    Near.tensor "∂L/∂b₂ = δ₂" 1e-13 1e-12 delta2 g[3]
    Near.tensor "∂L/∂W₁ = δ₁xᵀ" 1e-13 1e-12 (outer delta1 x) g[0]
    Near.tensor "∂L/∂b₁ = δ₁" 1e-13 1e-12 delta1 g[1]

[<Fact>]
let ``a stopped gradient is that of a constant`` () =
    let x = double [| 0.5; -1.0 |]

    Near.tensor
        "x · stop(x)"
        0.0
        0.0
        [| 0.5; -1.0 |]
        (derivative (fun x -> (x * x.StopGradient()).Sum()) x)

    Near.tensor "stop" 0.0 0.0 [| 0.0; 0.0 |] (derivative (fun x -> x.StopGradient().Sum()) x)

    let struct (_, tangent) =
        Differentiation.Jvp((fun x -> x * x.StopGradient()), x, double [| 1.0; 1.0 |])

    Near.tensor "forward" 0.0 0.0 [| 0.5; -1.0 |] tangent

[<Fact>]
let ``kinks have the derivatives that are stated`` () =
    let x = double [| 0.0 |]

    let at0 f =
        (derivative (fun x -> (f x: Tensor).Sum()) x).ToDoubles()[0]

    Assert.Equal(0.0, at0 (fun x -> x.Abs()))
    Assert.Equal(0.0, at0 (fun x -> x.Relu()))
    Assert.Equal(0.5, at0 (fun x -> x.Maximum(number 0.0)))
    Assert.Equal(0.5, at0 (fun x -> x.Minimum(number 0.0)))
    let ties = derivative (fun x -> x.Max()) (double [| 2.0; 1.0; 2.0 |])
    Near.tensor "ties of the maximum share" 0.0 0.0 [| 0.5; 0.0; 0.5 |] ties

[<Fact>]
let ``C# control flow on the value of a traced tensor follows this call's numbers`` () =
    let f (x: Tensor) =
        let mutable y = x
        // As many squarings as the value asks for.
        while y.Item() < 10.0 do
            y <- y * y

        if x.Item() > 2.5 then y * number 3.0 else y

    for start, value, slope in
        [ 2.0, 16.0, 32.0; 3.0, 243.0, 324.0; 11.0, 33.0, 3.0; 2.0, 16.0, 32.0 ] do
        let struct (y, g) =
            Differentiation.ValueAndGrad((fun (a: Tensor[]) -> f a[0]), [| scalar start |])

        Near.number $"value at {start}" 1e-12 1e-12 value (y.Item())
        Near.number $"gradient at {start}" 1e-12 1e-12 slope (g[0].Item())

    // Within a nested derivative, the value is that of the outer call.
    let nested =
        derivative
            (fun x -> derivative (fun y -> if y.Item() > 1.0 then y * y * y else y) x)
            (scalar 2.0)

    Assert.Equal(12.0, nested.Item())

[<Fact>]
let ``captured values that change are seen, with one plan`` () =
    let mutable target = double [| 1.0; 2.0 |]
    let mutable factor = 1.0

    let gradient () =
        (derivative
            (fun x ->
                let r = x - target
                number factor * (r * r).Sum())
            (double [| 5.0; 5.0 |]))
            .ToDoubles()

    Near.arrays "first" 0.0 1e-14 [| 8.0; 6.0 |] (gradient ())
    target <- double [| 4.0; 6.0 |]
    Near.arrays "other target" 0.0 1e-14 [| 2.0; -2.0 |] (gradient ())
    factor <- 10.0
    Near.arrays "other factor" 0.0 1e-14 [| 20.0; -20.0 |] (gradient ())
    target <- Tensor.Of([| 1.0; 2.0; 3.0; 4.0 |]).Reshape(2, 2)
    Near.arrays "other shape" 0.0 1e-14 [| 120.0; 80.0 |] (gradient ())

[<Fact>]
let ``a function that does not depend on its argument has gradient zero`` () =
    Near.tensor
        "constant"
        0.0
        0.0
        [| 0.0; 0.0 |]
        (derivative (fun _ -> scalar 3.0) (double [| 1.0; 2.0 |]))

    let struct (_, t) =
        Differentiation.Jvp(
            (fun _ -> double [| 1.0; 2.0; 3.0 |]),
            double [| 1.0 |],
            double [| 1.0 |]
        )

    Near.tensor "tangent" 0.0 0.0 [| 0.0; 0.0; 0.0 |] t
    Near.tensor "identity" 0.0 0.0 [| 1.0 |] (derivative id (double [| 4.0 |]))

    let empty =
        Differentiation.Jacobian(
            (fun (x: Tensor) -> x.At(Range(Index 0, Index 1)).Gather(Tensor.Of(Array.empty<int>))),
            double [| 1.0; 2.0 |]
        )

    Assert.Equal(Shape.Of(0, 2), empty.Shape)

[<Fact>]
let ``functions that have no gradient are refused, and say why`` () =
    let x = double [| 1.0; 2.0 |]

    let shape =
        Assert.Throws<ShapeException>(fun () -> derivative (fun x -> x * x) x |> ignore)

    Assert.Contains("[2]", shape.Message)
    Assert.Contains("Mean()", shape.Message)

    let dtype =
        Assert.Throws<DTypeException>(fun () -> derivative (fun x -> x.ArgMax()) x |> ignore)

    Assert.Contains("int32", dtype.Message)

    let cotangent =
        Assert.Throws<ShapeException>(fun () ->
            Differentiation.Vjp((fun x -> x.Sum()), x, x) |> ignore)

    Assert.Contains("[2]", cotangent.Message)

    let tangent =
        Assert.Throws<ShapeException>(fun () ->
            Differentiation.Jvp((fun x -> x.Sum()), x, scalar 1.0) |> ignore)

    Assert.Contains("[2]", tangent.Message)

    Assert.Throws<SoftmaxException>(fun () -> derivative (fun _ -> null) x |> ignore)
    |> ignore

[<Fact>]
let ``an exception in a function leaves nothing open`` () =
    let x = double [| 1.0; 2.0 |]

    Assert.Throws<InvalidOperationException>(fun () ->
        derivative (fun _ -> raise (InvalidOperationException "stop")) x |> ignore)
    |> ignore

    Assert.Null Trace.Current
    Assert.False((x + x).IsTraced)
    Near.tensor "afterwards" 0.0 0.0 [| 2.0; 4.0 |] (derivative (fun x -> (x * x).Sum()) x)

[<Fact>]
let ``an index out of range is named with its value, its place and the range`` () =
    let logits = (double (Values.fill 1 -1.0 1.0 6)).Reshape(2, 3)

    let raised (f: unit -> Tensor) =
        let error = Assert.Throws<IndexException>(fun () -> (f ()).ToDoubles() |> ignore)
        error.Message

    for bad in [ 3; -1; 1_000_000 ] do
        let labels = Tensor.Of [| 0; bad |]

        for name, f in
            [ "Pick", (fun () -> logits.Pick labels)
              "Pick", (fun () -> Loss.CrossEntropy(logits, labels))
              "Pick", (fun () -> derivative (fun z -> Loss.CrossEntropy(z, labels)) logits)
              "OneHot", (fun () -> Tensor.OneHot(labels, 3))
              "Gather", (fun () -> logits.Gather(labels, 1))
              "Gather", (fun () -> logits.Gather(labels, 1).Exp())
              "Gather", (fun () -> derivative (fun z -> z.Gather(labels, 1).Sum()) logits) ] do
            let message = raised f
            Assert.Contains($"index {bad} at position 1", message)
            Assert.Contains("0..2", message)
            ignore name

    let interpreted =
        Assert.Throws<IndexException>(fun () ->
            Graph.interpret (Build.pick 1 logits.Expr (Graph.indices [ 2 ] [ 0; 7 ]))
            |> ignore)

    Assert.Contains("7", interpreted.Message)

[<Fact>]
let ``class indices take no part in arithmetic`` () =
    let labels = Tensor.Of [| 0; 1; 2 |]
    let x = double [| 0.5; 1.0; 1.5 |]

    for name, f in
        [ "sum", (fun () -> labels + x)
          "sum of indices", (fun () -> labels + labels)
          "exp", (fun () -> labels.Exp())
          "total", (fun () -> labels.Sum())
          "product", (fun () -> labels.Reshape(1, 3).MatMul(x.Reshape(3, 1)))
          "loss", (fun () -> Loss.Mse(x, labels)) ] do
        let error = Assert.Throws<DTypeException>(fun () -> f () |> ignore)
        Assert.True(error.Message.Contains "int32", $"{name}: {error.Message}")

    Assert.Throws<DTypeException>(fun () -> x.Gather x |> ignore) |> ignore
    Near.tensor "comparison" 0.0 0.0 [| 0.0; 1.0; 0.0 |] (labels.EqualTo(Tensor.Of [| 1; 1; 1 |]))
    Near.tensor "asked for" 0.0 0.0 [| 0.5; 2.0; 3.5 |] (labels.ToDouble() + x)

[<Fact>]
let ``several threads differentiate at once`` () =
    let results = Array.zeroCreate<float[]> 16

    Parallel.For(
        0,
        16,
        fun i ->
            let x = double (Values.fill i -1.0 1.0 (5 + i % 3))

            for _ in 1..20 do
                results[i] <- (derivative (fun x -> (x.Softmax() * x).Sum()) x).ToDoubles()
    )
    |> ignore

    for i in 0..15 do
        let x = Values.fill i -1.0 1.0 (5 + i % 3)

        let loss (x: float[]) =
            ((double x).Softmax() * double x).Sum().Item()

        Near.arrays $"thread {i}" 1e-8 1e-7 (Graph.differences loss x) results[i]

[<Fact>]
let ``formulas recorded as a whole are stable and equal to what runs at once`` () =
    let x = Tensor.Of([| 1.0f; 2.0f; 3.0f |])
    let together = Recording.Run(fun () -> [| x.Exp().Sum().Log(); (x * x).Sum() |])
    Near.number "lse" 1e-6 1e-6 (x.LogSumExp().Item()) (together[0].Item())
    Near.number "squares" 0.0 0.0 14.0 (together[1].Item())
    let large = Tensor.Of([| 1000.0f; 1001.0f |])
    Assert.True(Double.IsInfinity(large.Exp().Sum().Log().Item()))
    let stable = Recording.Run(fun () -> [| large.Exp().Sum().Log() |])
    Near.number "stable" 0.0 1e-6 (1001.0 + Math.Log(1.0 + exp -1.0)) (stable[0].Item())
