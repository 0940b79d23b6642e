using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Esoz.Pages;

/// <summary>
/// A file of the pages, embedded in the program. Its address contains a digest of its content, so that browsers may keep it for good.
/// </summary>
public sealed class Asset
{
    /// <summary>Beginning of the names in the package of Swagger UI, which has its files compressed.</summary>
    private const string SwaggerUi = "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private static readonly FrozenDictionary<string, Asset> ByFile =
        typeof(Asset).Assembly.GetManifestResourceNames().Where(file => Types.ContainsKey(Path.GetExtension(file)))
            .Select(file => new Asset(file, Embedded(typeof(Asset), file)))
            .Concat(new[] { "swagger-ui.css", "swagger-ui-bundle.js" }
                .Select(file => new Asset(file, Uncompressed(Embedded(typeof(SwaggerUIOptions), SwaggerUi + file)))))
            .ToFrozenDictionary(asset => asset.File);

    private static readonly FrozenDictionary<string, Asset> All = ByFile.Values.ToFrozenDictionary(asset => asset._name);

    /// <summary>The style sheet of every page: tokens and components of the design system.</summary>
    public static readonly Asset Styles = Of("pages.css");

    public static readonly Asset Icon = Of("icon.svg");

    private readonly string _name;
    private readonly byte[] _content;
    private readonly byte[] _compressed;
    private readonly string _type;

    private Asset(string file, byte[] content)
    {
        (File, _content, _compressed) = (file, content, Compressed(content));
        var digest = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
        _name = $"{Path.GetFileNameWithoutExtension(file)}.{digest}{Path.GetExtension(file)}";
        _type = Types[Path.GetExtension(file)];
    }

    /// <summary>An embedded style sheet, script or picture, by its logical name.</summary>
    public static Asset Of(string file) => ByFile[file];

    /// <summary>Logical name.</summary>
    public string File { get; }

    /// <summary>Path in links.</summary>
    public string Url => $"/assets/{_name}";

    /// <summary>The content, as text.</summary>
    internal string Text => System.Text.Encoding.UTF8.GetString(_content);

    public override string ToString() => Url;

    public static PageRoute Page { get; } = new("assets", HttpMethods.Get, "/assets/{name}") { Handle = Get };

    private static IResult Get(HttpContext context, string name)
    {
        if (!All.TryGetValue(name, out var asset))
            return (Reply)Refusal.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        if (!ContentCoding.Gzip(context.Request.Headers.AcceptEncoding))
            return Results.Bytes(asset._content, asset._type);
        headers.ContentEncoding = "gzip";
        return Results.Bytes(asset._compressed, asset._type);
    }

    private static byte[] Embedded(Type type, string name)
    {
        using var resource = type.Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    private static byte[] Compressed(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal))
            gzip.Write(content);
        return bytes.ToArray();
    }

    private static byte[] Uncompressed(byte[] content)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
