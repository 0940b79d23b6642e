using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Esoz.Platform.Schema;

namespace Esoz.Platform.Http;

/// <summary>
/// Faults of a body in the words of SIGN-IN (sign-in §3): <c>required</c>, <c>can't be blank</c>, and <c>cast</c>, <c>is invalid</c>, at
/// paths without the root member. A null or empty text is one that is missing.
/// </summary>
internal static partial class SignInFaults
{
    public static Invalid Of(SchemaFault fault) => Invalid.Property(Root().Replace(fault.Path, "$."), RuleOf(fault));

    private static Rule RuleOf(SchemaFault fault)
    {
        var values = fault.Params as JsonObject;
        var isMissing = fault.Rule == "required" || (fault.Rule == "cast" && Value("actual") == "null")
            || (fault.Rule == "length" && Value("min") == "1");
        return isMissing ? new("required", "can't be blank", Array.Empty<string>())
            : fault.Rule == "cast" ? Cast(Value("expected")!)
            : fault.Rule == "format" && Value("pattern") == FormatCheck.UuidPattern ? Cast("uuid")
            : new(fault.Rule, fault.Description, fault.Params, fault.RawDescription);

        string? Value(string name) => values?[name]?.ToString();
    }

    private static Rule Cast(string type) => new("cast", "is invalid", new[] { type });

    [GeneratedRegex(@"^\$\.(token|app|user)\.")]
    private static partial Regex Root();
}
