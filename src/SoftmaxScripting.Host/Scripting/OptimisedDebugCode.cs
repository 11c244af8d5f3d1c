using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Scripts are compiled as debug code, in which every statement begins with an empty stack and so keeps its own line in
/// stack traces (optimised code joins neighbouring statements). Debug code asks the runtime not to optimise, through
/// <c>DebuggableAttribute</c>, which would leave loops several times slower; this takes that request back.
/// </summary>
internal static class OptimisedDebugCode
{
    /// <summary>Only <c>DebuggingModes.IgnoreSymbolStoreSequencePoints</c>.</summary>
    private const int AllowOptimisation = 2;

    /// <summary>The attribute's value: prolog 0x0001, the modes as int32, no named arguments.</summary>
    private const int PrologBytes = 2;

    /// <summary>Changes the assembly in place.</summary>
    /// <param name="assembly">A compiled assembly with a <c>DebuggableAttribute(DebuggingModes)</c>.</param>
    public static void Allow(byte[] assembly)
    {
        using var file = new PEReader(new MemoryStream(assembly));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (NameOf(metadata, attribute) != nameof(System.Diagnostics.DebuggableAttribute))
                continue;
            var value = file.PEHeaders.MetadataStartOffset
                + metadata.GetHeapMetadataOffset(HeapIndex.Blob)
                + metadata.GetHeapOffset(attribute.Value);

            // A blob begins with its length, which is a single byte for this one.
            BitConverter.TryWriteBytes(assembly.AsSpan(value + 1 + PrologBytes), AllowOptimisation);
        }
    }

    private static string NameOf(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
            return "";
        var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        return parent.Kind == HandleKind.TypeReference
            ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name)
            : "";
    }
}
