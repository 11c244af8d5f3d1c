namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// How transformations trace a function.
module internal Tracing =

    /// Fresh variables that stand for the arguments in this call.
    let variables (args: Tensor[]) =
        args |> Array.mapi (fun i a -> Expr.variable $"argument {i}" a.Expr)

    /// What the variables stand for in place of them: the way out of a nested transformation.
    let release (variables: Expr[]) (roots: Expr[]) =
        let bindings = Dictionary<Expr, Expr>(HashIdentity.Reference)

        for v in variables do
            match v.Op with
            | Op.Variable content -> bindings[v] <- content.Binding
            | _ -> ()

        Expr.substitute bindings roots

    /// Derives outputs from traced roots: at once from a cached plan, or symbolically inside another transformation.
    let finish
        (request: int[])
        (derive: Expr[] -> Expr[])
        (roots: Expr[])
        (variables: Expr[])
        (isNested: bool)
        : Tensor[] =
        if isNested then
            roots
            |> Evaluator.rewrite ignore
            |> derive
            |> release variables
            |> Array.map Tensor
        else
            Evaluator.run request derive roots variables
            |> Array.map (fun (struct (value, shape)) -> Tensor(Expr.data value shape))

    /// Runs `body` within a trace, telling it whether another transformation is already at work on this thread.
    let run (body: bool -> 'T) : 'T =
        let isNested = not (isNull Trace.Current)
        Trace.Run(fun () -> body isNested)

    let scalarLoss operation (y: Tensor) =
        if isNull y then
            raise (SoftmaxException $"{operation}: the function returned null instead of a tensor")

        if y.Size <> 1 then
            raise (
                ShapeException(
                    operation,
                    $"the function returned shape {y.Shape}; a gradient belongs to one number: end with Mean() or Sum(), or ask for the Jacobian"
                )
            )

        if not y.DType.IsFloat then
            raise (
                DTypeException(
                    operation,
                    $"the function returned {y.DType}, which does not vary smoothly"
                )
            )

/// Numbers that tell cached plans of different transformations apart.
module internal Requests =
    let gradient = 1
    let vjp = 2
    let jvp = 3
    let trainingStep = 4
    let jacobian = 5

    /// So many numbers of a Jacobian and of its unit vectors are worked out at once; larger ones go in parts.
    let jacobianElements = 1 <<< 22

/// <summary>Formulas recorded as a whole and then run as one plan.</summary>
[<AbstractClass; Sealed>]
type Recording private () =

    /// <summary>
    /// Records the operations of a function and runs them together: fused, with planned memory, and made stable by the
    /// rewrites. Without it each operation outside a transformation runs at once.
    /// </summary>
    static member Run(f: Func<Tensor[]>) : Tensor[] =
        Tracing.run (fun isNested ->
            let results = f.Invoke()

            if isNested then
                results
            else
                let values = Evaluator.evaluate (results |> Array.map (fun t -> t.Expr))

                Array.map2
                    (fun (t: Tensor) value -> Tensor(Expr.data value t.Shape))
                    results
                    values)

/// <summary>
/// Derivatives of functions of tensors. All may be nested to any depth: a gradient inside a gradient is traced into the
/// outer graph. Arguments that hold class indices have gradient zero.
/// </summary>
[<AbstractClass; Sealed>]
type Differentiation private () =

    /// <summary>f(args) and ∂f/∂argᵢ, one gradient in the shape of each argument; f returns one number.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">f returns more than one number.</exception>
    static member ValueAndGrad
        (f: Func<Tensor[], Tensor>, args: Tensor[])
        : struct (Tensor * Tensor[]) =
        Tracing.run (fun isNested ->
            let variables = Tracing.variables args
            let y = f.Invoke(variables |> Array.map Tensor)
            Tracing.scalarLoss "Grad" y

            let derive (roots: Expr[]) =
                Array.append roots (Gradient.derive roots[0] variables)

            let results =
                Tracing.finish
                    [| Requests.gradient; args.Length |]
                    derive
                    [| y.Expr |]
                    variables
                    isNested

            struct (results[0], results[1..]))

    /// <summary>f(x) and cotangent·∂f/∂x, the vector–Jacobian product (reverse mode).</summary>
    static member Vjp
        (f: Func<Tensor, Tensor>, x: Tensor, cotangent: Tensor)
        : struct (Tensor * Tensor) =
        Tracing.run (fun isNested ->
            let variables = Tracing.variables [| x; cotangent |]
            let y = f.Invoke(Tensor variables[0])

            if not (y.Shape.Equals cotangent.Shape) then
                raise (
                    ShapeException(
                        "Vjp",
                        $"the cotangent's shape {cotangent.Shape} is not the function's, {y.Shape}"
                    )
                )

            let derive (roots: Expr[]) =
                let seed = Build.cast roots[0].DType variables[1]
                Array.append roots (Gradient.pull roots [| seed |] [| variables[0] |])

            let results =
                Tracing.finish [| Requests.vjp |] derive [| y.Expr |] variables isNested

            struct (results[0], results[1]))

    /// <summary>f(x) and ∂f/∂x·tangent, the Jacobian–vector product (forward mode).</summary>
    static member Jvp
        (f: Func<Tensor, Tensor>, x: Tensor, tangent: Tensor)
        : struct (Tensor * Tensor) =
        if not (x.Shape.Equals tangent.Shape) then
            raise (
                ShapeException(
                    "Jvp",
                    $"the tangent's shape {tangent.Shape} is not the argument's, {x.Shape}"
                )
            )

        Tracing.run (fun isNested ->
            let variables = Tracing.variables [| x; tangent |]
            let y = f.Invoke(Tensor variables[0])

            let derive (roots: Expr[]) =
                let direction = Build.cast variables[0].DType variables[1]
                Array.append roots [| Gradient.push roots[0] [| variables[0] |] [| direction |] |]

            let results =
                Tracing.finish [| Requests.jvp |] derive [| y.Expr |] variables isNested

            struct (results[0], results[1]))

    /// f(x) and its Jacobian, from unit vectors that are batched: as cotangents (rows, reverse mode) or as tangents
    /// (columns, forward mode).
    static member private JacobianBy
        (isForward: bool, f: Func<Tensor, Tensor>, x: Tensor)
        : struct (Tensor * Tensor) =
        Tracing.run (fun isNested ->
            let variables = Tracing.variables [| x |]
            let y = f.Invoke(Tensor variables[0])

            if isNull y then
                raise (SoftmaxException "Jacobian: the function returned null instead of a tensor")

            let seeded = if isForward then x else y
            let other = if isForward then y else x
            let dtype = if seeded.DType.IsFloat then seeded.DType else DType.Float32
            let total = seeded.Size

            /// Unit vectors first, first + 1, …
            let units first count =
                let storage = Array.zeroCreate<float>(count * total)

                for i in 0 .. count - 1 do
                    storage[i * total + first + i] <- 1.0

                let shape = Shape.Of(Array.append [| count |] (seeded.Shape.ToArray()))
                Expr.variable "unit vectors" (Expr.data (Storage.OfDoubles(dtype, storage)) shape)

            let part first count =
                let all = units first count

                let derive (roots: Expr[]) =
                    let unit = Expr.example "unit vector" seeded.Shape dtype

                    let line =
                        if isForward then
                            Gradient.push roots[0] variables [| unit |]
                        else
                            (Gradient.pull roots [| unit |] variables)[0]

                    Array.append roots (Batching.run count [| unit, all |] [| line |])

                Tracing.finish
                    [| Requests.jacobian; (if isForward then 1 else 0) |]
                    derive
                    [| y.Expr |]
                    [| variables[0]; all |]
                    isNested

            let largest = Requests.jacobianElements / max 1 (x.Size + y.Size)
            let step = max 1 (min total largest)

            let parts =
                [| for first in 0..step .. total - 1 -> part first (min step (total - first)) |]

            let shape = Array.append (y.Shape.ToArray()) (x.Shape.ToArray())

            let value =
                if parts.Length > 0 then
                    parts[0][0]
                else
                    (Tracing.finish [| 0 |] id [| y.Expr |] variables isNested)[0]

            if parts.Length = 0 || other.Size = 0 then
                struct (value, Tensor.Zeros shape)
            else
                let lines =
                    Tensor
                        .Concat(parts |> Array.map (fun results -> results[1]))
                        .Reshape(total, other.Size)

                struct (value, (if isForward then lines.Transpose() else lines).Reshape shape))

    /// <summary>f(x) and the Jacobian ∂fᵢ/∂xⱼ of shape [output's…, x's…], by reverse mode.</summary>
    static member ValueAndJacobian(f: Func<Tensor, Tensor>, x: Tensor) : struct (Tensor * Tensor) =
        Differentiation.JacobianBy(false, f, x)

    /// <summary>
    /// The Jacobian ∂fᵢ/∂xⱼ of shape [output's…, x's…], all rows at once in reverse mode: for functions with no more
    /// outputs than inputs.
    /// </summary>
    static member Jacobian(f: Func<Tensor, Tensor>, x: Tensor) : Tensor =
        let struct (_, jacobian) = Differentiation.JacobianBy(false, f, x)
        jacobian

    /// <summary>
    /// The Jacobian ∂fᵢ/∂xⱼ of shape [output's…, x's…], all columns at once in forward mode: for functions with more
    /// outputs than inputs.
    /// </summary>
    static member JacobianForward(f: Func<Tensor, Tensor>, x: Tensor) : Tensor =
        let struct (_, jacobian) = Differentiation.JacobianBy(true, f, x)
        jacobian

    /// <summary>The gradient of a function of one argument that returns one number.</summary>
    static member Gradient(f: Func<Tensor, Tensor>, x: Tensor) : Tensor =
        let struct (_, gradients) =
            Differentiation.ValueAndGrad((fun args -> f.Invoke args[0]), [| x |])

        gradients[0]

    /// <summary>The Hessian ∂²f/∂xᵢ∂xⱼ of shape [x's…, x's…] of a function that returns one number.</summary>
    static member Hessian(f: Func<Tensor, Tensor>, x: Tensor) : Tensor =
        Differentiation.Jacobian((fun x -> Differentiation.Gradient(f, x)), x)

    /// <summary>The gradient and the Hessian of a function that returns one number, in one pass.</summary>
    static member GradientAndHessian
        (f: Func<Tensor, Tensor>, x: Tensor)
        : struct (Tensor * Tensor) =
        Differentiation.ValueAndJacobian((fun x -> Differentiation.Gradient(f, x)), x)

    /// <summary>The Hessian times a vector, without the Hessian: the directional derivative of the gradient.</summary>
    static member HessianVector(f: Func<Tensor, Tensor>, x: Tensor, v: Tensor) : Tensor =
        let struct (_, product) =
            Differentiation.Jvp((fun x -> Differentiation.Gradient(f, x)), x, v)

        product
