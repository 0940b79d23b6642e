using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Esoz.Pages;

/// <summary>
/// A file of the pages, embedded in the program. Its address contains a digest of its content, so that browsers may keep it for good.
/// </summary>
public sealed class Asset
{
    private static readonly Dictionary<string, string> Types = new()
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private static readonly FrozenDictionary<string, Asset> ByFile = typeof(Asset).Assembly.GetManifestResourceNames()
        .Where(file => Types.ContainsKey(Path.GetExtension(file)))
        .ToFrozenDictionary(file => file, file => new Asset(file, Types[Path.GetExtension(file)]));

    private static readonly FrozenDictionary<string, Asset> All = ByFile.Values.ToFrozenDictionary(asset => asset._name);

    /// <summary>The style sheet of every page: tokens and components of the design system.</summary>
    public static readonly Asset Styles = Of("pages.css");

    public static readonly Asset Icon = Of("icon.svg");

    private readonly string _name;
    private readonly byte[] _content;
    private readonly string _type;

    private Asset(string file, string type)
    {
        using var resource = typeof(Asset).Assembly.GetManifestResourceStream(file)!;
        _content = new byte[resource.Length];
        resource.ReadExactly(_content);
        var digest = Convert.ToHexStringLower(SHA256.HashData(_content))[..12];
        (_name, _type) = ($"{Path.GetFileNameWithoutExtension(file)}.{digest}{Path.GetExtension(file)}", type);
    }

    /// <summary>An embedded style sheet, script or picture, by its logical name.</summary>
    public static Asset Of(string file) => ByFile[file];

    /// <summary>Path in links.</summary>
    public string Url => $"/assets/{_name}";

    public override string ToString() => Url;

    public static PageRoute Page { get; } = new("assets", HttpMethods.Get, "/assets/{name}") { Handle = Get };

    private static IResult Get(HttpContext context, string name)
    {
        if (!All.TryGetValue(name, out var asset))
            return (Reply)Refusal.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset._content, asset._type);
    }
}
