using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Esoz.Platform.Schema;

/// <summary>One broken rule of a body, with all data for the error object of platform §7.1.</summary>
/// <param name="Path">Location as a JSON path: <c>$.a.b[0].c</c>.</param>
/// <param name="Rule">Name of the rule: <c>required</c>, <c>cast</c>, <c>format</c>…</param>
/// <param name="Description">The template with its placeholders filled in.</param>
/// <param name="RawDescription">The template, with placeholders written as <c>%{name}</c>.</param>
/// <param name="Params">Serialises to the values of the placeholders, or to other data that the rule documents.</param>
public sealed record SchemaFault(string Path, string Rule, string Description, string RawDescription, object Params)
{
    private delegate void Report(ref Faults faults);

    /// <summary>
    /// The member is missing in the body. For rules that depend on more than the body but are reported like schema faults.
    /// </summary>
    public static SchemaFault Missing(string member) => At("", (ref faults) => faults.AddMissing(member));

    /// <summary>The member is not allowed in the body.</summary>
    public static SchemaFault Unexpected(string member) => At($".{member}", (ref faults) => faults.AddUnexpected(member));

    /// <summary>The value is not one of the allowed ones.</summary>
    /// <param name="path">Path from the root: <c>.category.coding[0].code</c>.</param>
    public static SchemaFault NotInEnum(string path, params IEnumerable<string> allowed) =>
        At(path, (ref faults) => faults.AddNotInEnum(allowed.Order(StringComparer.Ordinal).Select(code => (JsonNode)code)));

    private static SchemaFault At(string path, Report report)
    {
        var faults = new Faults(FrozenDictionary<string, FrozenSet<string>>.Empty);
        report(ref faults);
        faults.Under(0, path);
        return faults.Rooted()[0];
    }
}
