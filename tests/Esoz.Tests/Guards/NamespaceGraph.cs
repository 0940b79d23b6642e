using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>
/// Dependencies between namespaces. Read from the compiled assembly (signatures, attributes and the instructions of every method) and from
/// the source, because only the source still names constants. An unused <c>using</c> does not compile (IDE0005), so each is a dependency.
/// </summary>
internal sealed partial class NamespaceGraph
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> Instructions =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    private readonly SortedDictionary<string, SortedDictionary<string, string>> _edges = new(StringComparer.Ordinal);
    private readonly string _root;

    /// <param name="assembly">All its types are read.</param>
    /// <param name="sources">Text of its source files.</param>
    /// <param name="root">Only namespaces below it are compared.</param>
    public NamespaceGraph(Assembly assembly, IEnumerable<string> sources, string root)
    {
        _root = root;
        var types = assembly.GetTypes();
        foreach (var type in types.Where(type => IsOurs(type.Namespace)))
        {
            _edges.TryAdd(type.Namespace!, new(StringComparer.Ordinal));
            foreach (var used in TypesOf(type).SelectMany(Parts).Where(used => used.Assembly == assembly && IsOurs(used.Namespace)))
                Add(type.Namespace!, used.Namespace!, $"{Outermost(type).Name} → {Outermost(used).Name}");
        }
        var named = types.Where(type => !type.IsNested && IsOurs(type.Namespace))
            .ToLookup(type => type.FullName!.Split('`')[0], type => type.Namespace!);
        var constants = types.Where(type => IsOurs(type.Namespace))
            .SelectMany(type => type.GetFields(Declared).Where(field => field.IsLiteral))
            .ToLookup(
                field => $"{field.DeclaringType!.FullName!.Replace('+', '.')}.{field.Name}", field => field.DeclaringType!.Namespace!);
        foreach (var source in sources)
            AddSource(source, named, constants);
    }

    /// <summary>Namespaces that depend on each other, each with one example of a dependency; empty if there is no cycle.</summary>
    public IReadOnlyList<string> Circles() =>
    [
        .. from edge in Edges()
           where Reachable(edge.To).Contains(edge.From)
           select $"{edge.From} → {edge.To} ({edge.Example})",
    ];

    /// <summary>One line per namespace with its dependencies. Each is listed below all its dependencies.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var rest = _edges.Keys.ToList();
        while (rest.Count > 0)
        {
            var layer = rest.Where(node => !_edges[node].Keys.Any(rest.Contains)).ToList();
            foreach (var node in layer.Count > 0 ? layer : rest)
                text.AppendLine(
                    CultureInfo.InvariantCulture, $"{node}{(_edges[node].Count == 0 ? "" : " → ")}{string.Join(", ", _edges[node].Keys)}");
            rest = layer.Count > 0 ? [.. rest.Except(layer)] : [];
        }
        return text.ToString();
    }

    private IEnumerable<(string From, string To, string Example)> Edges() =>
        _edges.SelectMany(from => from.Value.Select(to => (from.Key, to.Key, to.Value)));

    private HashSet<string> Reachable(string from)
    {
        var seen = new HashSet<string>();
        var next = new Stack<string>([from]);
        while (next.TryPop(out var node))
        {
            if (seen.Add(node) && _edges.TryGetValue(node, out var known))
                foreach (var one in known.Keys)
                    next.Push(one);
        }
        return seen;
    }

    private bool IsOurs(string? name) => name == _root || name?.StartsWith($"{_root}.", StringComparison.Ordinal) == true;

    private void Add(string from, string to, string example)
    {
        if (from != to)
            _edges[from].TryAdd(to, example);
    }

    private void AddSource(string source, ILookup<string, string> types, ILookup<string, string> constants)
    {
        var own = Namespace().Match(source).Groups[1].Value;
        if (!IsOurs(own))
            return;
        foreach (Match used in Using().Matches(source))
        {
            var name = used.Groups[1].Value;
            if (_edges.ContainsKey(name))
                Add(own, name, used.Value);
            foreach (var home in types[name])
                Add(own, home, used.Value);
        }
        // A constant of an enclosing namespace, or one named relative to it, needs no using.
        foreach (Match name in Name().Matches(Comment().Replace(source, "")))
        {
            foreach (var home in Enclosing(own).SelectMany(outer => Enclosing(name.Value).SelectMany(part => constants[$"{outer}.{part}"])))
                Add(own, home, name.Value);
        }
    }

    /// <summary>A.B.C, A.B, A.</summary>
    private static IEnumerable<string> Enclosing(string name)
    {
        for (; name.Length > 0; name = name[..Math.Max(0, name.LastIndexOf('.'))])
            yield return name;
    }

    /// <summary>Every type named in a type's declaration and its methods.</summary>
    private static IEnumerable<Type> TypesOf(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
        .. type.GetInterfaces(),
        .. type.IsGenericTypeDefinition ? type.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()) : [],
        .. AttributesOf(type),
        .. type.GetMembers(Declared).SelectMany(AttributesOf),
        .. type.GetFields(Declared).Select(field => field.FieldType),
        .. type.GetMethods(Declared).SelectMany(method => (Type[])[method.ReturnType, .. TypesOf(method)]),
        .. type.GetConstructors(Declared).SelectMany(TypesOf),
    ];

    private static IEnumerable<Type> AttributesOf(MemberInfo member) => member.GetCustomAttributesData().SelectMany(attribute =>
        attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue))
            .SelectMany(argument => argument.Value is Type named ? (Type[])[argument.ArgumentType, named] : [argument.ArgumentType])
            .Append(attribute.AttributeType));

    private static IEnumerable<Type> TypesOf(MethodBase method) =>
    [
        .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. method is MethodInfo { IsGenericMethodDefinition: true } generic
            ? generic.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints())
            : [],
        .. method.GetMethodBody() is { } body ? TypesOf(method, body) : [],
    ];

    private static IEnumerable<Type> TypesOf(MethodBase method, MethodBody body)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethodDefinition ? method.GetGenericArguments() : null;
        var code = body.GetILAsByteArray()!;
        for (var at = 0; at < code.Length;)
        {
            var instruction = Instructions[code[at] == 0xFE ? 0xFE00 | code[at + 1] : code[at]];
            at += instruction.Size;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
                or OperandType.InlineType)
            {
                foreach (var type in TypesOf(method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!))
                    yield return type;
            }
            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
        foreach (var type in body.LocalVariables.Select(local => local.LocalType)
            .Concat(body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause)
                .Select(clause => clause.CatchType!)))
            yield return type;
    }

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodInfo method => [method.DeclaringType!, method.ReturnType, .. method.IsGenericMethod ? method.GetGenericArguments() : []],
        _ => [member.DeclaringType!],
    };

    /// <summary>The type itself, its element type and its type arguments.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
        : type.IsConstructedGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?:static |\w+ = )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    /// <summary>A complete name followed by members.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(\.[A-Z]\w*)+")]
    private static partial Regex Name();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();
}
