namespace Esoz.Platform.Schema;

/// <summary>
/// One broken rule of a body, with everything the error object of platform §7.1 says about it.
/// </summary>
/// <param name="Path">Where, as a JSON path: <c>$.a.b[0].c</c>.</param>
/// <param name="Rule">Name of the rule: <c>required</c>, <c>cast</c>, <c>format</c>…</param>
/// <param name="Description">The template with its place-holders filled in.</param>
/// <param name="RawDescription">The template, place-holders written <c>%{name}</c>.</param>
/// <param name="Params">Serialises to the values of the place-holders, or to what else the rule documents.</param>
public sealed record SchemaFault(string Path, string Rule, string Description, string RawDescription, object Params);
