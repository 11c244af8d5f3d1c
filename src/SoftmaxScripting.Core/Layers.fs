namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices

/// <summary>How weights begin: a name and the numbers for a shape. The fan-in of [in, …] is its first size, the fan-out its last.</summary>
[<Sealed>]
type Initializer(name: string, create: Func<int[], Tensor>) =

    static let number (value: float) = Tensor.op_Implicit value

    static let fanIn (shape: int[]) =
        if shape.Length = 0 then 1.0 else float (max 1 shape[0])

    static let fanOut (shape: int[]) =
        if shape.Length = 0 then
            1.0
        else
            float (max 1 shape[shape.Length - 1])

    static let uniform bound (shape: int[]) =
        (Tensor.Uniform shape * number 2.0 - number 1.0) * number bound

    static let positive what (value: float) =
        if not (value >= 0.0) then
            raise (SoftmaxException $"Initializer: the {what} is {value}; it must not be negative.")

    /// <summary>What it is called.</summary>
    member _.Name = name

    /// <summary>Fresh numbers for a shape.</summary>
    member _.Create([<ParamArray>] shape: int[]) : Tensor = create.Invoke shape

    override _.ToString() = name

    /// <summary>Zeros.</summary>
    static member Zeros = Initializer("zeros", (fun shape -> Tensor.Zeros shape))

    /// <summary>One number everywhere.</summary>
    static member Constant(value: float) =
        Initializer($"constant {value}", (fun shape -> Tensor.Full(value, shape)))

    /// <summary>N(0, σ²).</summary>
    static member Normal([<Optional; DefaultParameterValue(0.01)>] standardDeviation: float) =
        positive "standard deviation" standardDeviation

        Initializer(
            $"normal {standardDeviation}",
            (fun shape -> Tensor.Normal shape * number standardDeviation)
        )

    /// <summary>Uniform on [−bound, bound).</summary>
    static member Uniform(bound: float) =
        positive "bound" bound
        Initializer($"uniform {bound}", (fun shape -> uniform bound shape))

    /// <summary>Uniform on ±1/√fan-in, PyTorch's default for linear layers.</summary>
    static member FanInUniform =
        Initializer("fan-in uniform", (fun shape -> uniform (1.0 / Math.Sqrt(fanIn shape)) shape))

    /// <summary>Uniform on ±√(6/(fan-in + fan-out)) (Glorot and Bengio 2010).</summary>
    static member XavierUniform =
        Initializer(
            "Xavier uniform",
            (fun shape -> uniform (Math.Sqrt(6.0 / (fanIn shape + fanOut shape))) shape)
        )

    /// <summary>N(0, 2/(fan-in + fan-out)) (Glorot and Bengio 2010).</summary>
    static member XavierNormal =
        Initializer(
            "Xavier normal",
            (fun shape ->
                Tensor.Normal shape * number (Math.Sqrt(2.0 / (fanIn shape + fanOut shape))))
        )

    /// <summary>Uniform on ±√(6/fan-in), for relu (He et al. 2015).</summary>
    static member HeUniform =
        Initializer("He uniform", (fun shape -> uniform (Math.Sqrt(6.0 / fanIn shape)) shape))

    /// <summary>N(0, 2/fan-in), for relu (He et al. 2015).</summary>
    static member HeNormal =
        Initializer(
            "He normal",
            (fun shape -> Tensor.Normal shape * number (Math.Sqrt(2.0 / fanIn shape)))
        )

/// <summary>A tensor that training changes: the one thing here with a state.</summary>
[<Sealed; AllowNullLiteral>]
type Parameter(name: string, value: Tensor) =
    let mutable current = value

    /// <summary>What it is called, for instance "1.weight".</summary>
    member val Name = name with get, set

    /// <summary>Its value now; within a trace the variable that stands for it.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">The new value's shape is another.</exception>
    member _.Value
        with get () = current
        and set (value: Tensor) =
            if not (value.Shape.Equals current.Shape) then
                raise (
                    ShapeException(
                        "Parameter",
                        $"{name} has shape {current.Shape}; it cannot take a value of shape {value.Shape}"
                    )
                )

            current <- value

/// <summary>Derivatives in the parameters of a model.</summary>
[<AbstractClass; Sealed>]
type Parameters private () =

    /// <summary>
    /// The value of a function that reads the parameters (one number), and its gradient in each of them, in their order.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">The function returns more than one number.</exception>
    static member ValueAndGrad
        (parameters: Parameter[], f: Func<Tensor>)
        : struct (Tensor * Tensor[]) =
        let held = parameters |> Array.map (fun p -> p.Value)

        let traced (values: Tensor[]) =
            try
                Array.iter2 (fun (p: Parameter) v -> p.Value <- v) parameters values
                f.Invoke()
            finally
                Array.iter2 (fun (p: Parameter) v -> p.Value <- v) parameters held

        Differentiation.ValueAndGrad((fun values -> traced values), held)

/// <summary>A part of a model: a function of a tensor, with parameters.</summary>
[<AbstractClass; AllowNullLiteral>]
type Layer() =
    /// <summary>The layer's output; `training` switches what acts during training only, such as dropout.</summary>
    abstract Forward: input: Tensor * training: bool -> Tensor

    /// <summary>What training changes, in order.</summary>
    abstract Parameters: Parameter[]
    default _.Parameters = [||]

    /// <summary>One line for a listing of the model.</summary>
    abstract Describe: unit -> string

    /// <summary>The output for an input, as when the model is used.</summary>
    member this.Predict(input: Tensor) = this.Forward(input, false)

    override this.ToString() = this.Describe()

/// <summary>z = x·W + b: [n, in] → [n, out].</summary>
[<Sealed>]
type Linear(inputs: int, outputs: int, weights: Initializer, bias: Initializer) =
    inherit Layer()

    do
        if inputs < 1 || outputs < 1 then
            raise (
                ShapeException(
                    "Linear",
                    $"{inputs} inputs and {outputs} outputs: both must be at least 1"
                )
            )

    let weight = Parameter("weight", weights.Create(inputs, outputs))

    let offset =
        if isNull (box bias) then
            null
        else
            Parameter("bias", bias.Create outputs)

    /// <summary>W, [in, out].</summary>
    member _.Weight = weight

    /// <summary>b, [out]; null without bias.</summary>
    member _.Bias = offset

    override _.Forward(input, _) =
        if input.Rank <> 2 || input.Shape[1] <> inputs then
            let hint = if input.Rank > 2 then "; put Flatten() before it" else ""

            raise (
                ShapeException("Linear", $"input {input.Shape} does not fit [rows, {inputs}]{hint}")
            )

        let product = input.MatMul weight.Value
        if isNull offset then product else product + offset.Value

    override _.Parameters = if isNull offset then [| weight |] else [| weight; offset |]
    override _.Describe() = $"Linear({inputs}, {outputs})"

/// <summary>A layer that is a function without parameters.</summary>
[<Sealed>]
type Activation(name: string, f: Func<Tensor, Tensor>) =
    inherit Layer()
    override _.Forward(input, _) = f.Invoke input
    override _.Describe() = name

/// <summary>
/// During training each element is zeroed with the given probability and the others are divided by 1 − probability, so
/// that the mean stays (Srivastava et al. 2014); otherwise the identity.
/// </summary>
[<Sealed>]
type Dropout(probability: float) =
    inherit Layer()

    do
        if not (probability >= 0.0 && probability < 1.0) then
            raise (
                SoftmaxException
                    $"Dropout: the probability is {probability}; it must be at least 0 and below 1."
            )

    override _.Forward(input, training) =
        if training && probability > 0.0 then
            let kept =
                Tensor.op_GreaterThanOrEqual (
                    Tensor.Uniform(input.Shape.ToArray()),
                    Tensor.op_Implicit probability
                )

            Tensor.Where(
                kept,
                input / Tensor.op_Implicit (1.0 - probability),
                Tensor.op_Implicit 0.0
            )
        else
            input

    override _.Describe() = $"Dropout({probability})"

/// <summary>Layers one after another; parameters are named by their layer's place, "0.weight".</summary>
[<Sealed>]
type Sequential([<ParamArray>] layers: Layer[]) =
    inherit Layer()

    let parameters =
        layers
        |> Array.mapi (fun i layer ->
            for p in layer.Parameters do
                p.Name <- $"{i}.{p.Name}"

            layer.Parameters)
        |> Array.concat

    /// <summary>The layers in order.</summary>
    member _.Layers = layers

    override _.Forward(input, training) =
        layers |> Array.fold (fun x layer -> layer.Forward(x, training)) input

    override _.Parameters = parameters

    override _.Describe() =
        layers |> Array.map (fun l -> l.Describe()) |> String.concat " → "
