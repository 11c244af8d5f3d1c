using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Numbers of a training state as JSON, exactly: also NaN and infinities, which JSON has no numbers for.</summary>
internal static class StateJson
{
    public static JsonNode Of(double value) => double.IsFinite(value)
        ? JsonValue.Create(value)
        : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    public static double Double(this JsonObject from, string name)
    {
        var value = Required(from, name);
        return value.GetValueKind() == JsonValueKind.String
            ? double.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture)
            : value.AsValue().GetValue<double>();
    }

    public static T Value<T>(this JsonObject from, string name) => Required(from, name).AsValue().GetValue<T>();

    public static JsonObject Of(Epoch epoch)
    {
        var figures = new JsonObject();
        foreach (var (name, value) in epoch.Figures)
            figures[name] = Of(value);
        return new JsonObject
        {
            ["number"] = epoch.Number,
            ["loss"] = Of(epoch.Loss),
            ["train accuracy"] = Of(epoch.TrainAccuracy),
            ["test loss"] = Of(epoch.TestLoss),
            ["test accuracy"] = Of(epoch.TestAccuracy),
            ["seconds"] = Of(epoch.Seconds),
            ["rows per second"] = Of(epoch.RowsPerSecond),
            ["learning rate"] = Of(epoch.LearningRate),
            ["figures"] = figures,
        };
    }

    public static Epoch Epoch(JsonObject from)
    {
        var figures = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        var saved = Required(from, "figures").AsObject();
        foreach (var (name, _) in saved)
            figures[name] = saved.Double(name);
        return new Epoch(
            from.Value<int>("number"),
            from.Double("loss"),
            from.Double("train accuracy"),
            from.Double("test loss"),
            from.Double("test accuracy"),
            from.Double("seconds"),
            from.Double("rows per second"))
        {
            LearningRate = from.Double("learning rate"),
            Figures = figures,
        };
    }

    public static JsonNode Required(JsonObject from, string name) => from[name]
        ?? throw new SoftmaxException($"The saved training state has no '{name}'; it is from another version or was changed.");
}
