// SPDX-License-Identifier: GPL-3.0-or-later
// Trains a small neural network to read handwritten digits, and prints its losses as it goes: one
// JSON object a line, which is all that winnow asks of a program. It knows nothing else of winnow.
//
//     train --hidden=64 --layers=1 --optimizer=adam --lr=0.001 --batch=32 --epochs=27 --seed=0
//
// Fully connected layers with rectifiers between them, softmax and cross-entropy at the end; plain
// backpropagation, one image at a time, one step of the optimizer a batch.
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = 64, CLASSES = 10, MOST_IMAGES = 4096, MOST_LAYERS = 4 };

static void die(const char *format, ...) {
    va_list list;
    fputs("train: ", stderr);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(2);
}

static float *floats(size_t count) {
    float *made = calloc(count, sizeof *made);
    if (!made)
        die("out of memory");
    return made;
}

// ---- options ------------------------------------------------------------------------------------

enum optimizer { SGD, ADAM };

// All numbers are doubles, so that one table tells how to read them.
struct options {
    double lr, momentum, decay, dropout, hidden, layers, batch, epochs, seed;
    enum optimizer optimizer;
    const char *data;
};

static const struct {
    const char *name;
    size_t place; // in struct options
    double least, most, fallback;
    bool whole;
} numbers[] = {
    {"lr", offsetof(struct options, lr), 0, 1000, 0.001, false},
    {"momentum", offsetof(struct options, momentum), 0, 1, 0.9, false},
    {"weight_decay", offsetof(struct options, decay), 0, 1, 0, false},
    {"dropout", offsetof(struct options, dropout), 0, 0.99, 0, false},
    {"hidden", offsetof(struct options, hidden), 1, 4096, 64, true},
    {"layers", offsetof(struct options, layers), 1, MOST_LAYERS - 1, 1, true},
    {"batch", offsetof(struct options, batch), 1, MOST_IMAGES, 32, true},
    {"epochs", offsetof(struct options, epochs), 1, 100000, 27, true},
    {"seed", offsetof(struct options, seed), 0, 0x1p53, 0, true},
};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

static double *number_at(struct options *options, int index) {
    void *place = (char *)options + numbers[index].place;
    return place;
}

static double read_number(int index, const char *text) {
    char *end;
    double value = strtod(text, &end);
    bool is_number = end != text && !*end;
    if (!is_number || !(value >= numbers[index].least && value <= numbers[index].most))
        die("--%s must be a number from %g to %g (found %s)", numbers[index].name,
            numbers[index].least, numbers[index].most, text);
    if (numbers[index].whole && value != floor(value))
        die("--%s must be a whole number (found %s)", numbers[index].name, text);
    return value;
}

static enum optimizer read_optimizer(const char *text) {
    if (strcmp(text, "sgd") != 0 && strcmp(text, "adam") != 0)
        die("--optimizer must be sgd or adam (found %s)", text);
    return strcmp(text, "sgd") == 0 ? SGD : ADAM;
}

static void set_option(struct options *options, const char *name, const char *value) {
    for (int i = 0; i < NUMBERS; i++) {
        if (strcmp(numbers[i].name, name) != 0)
            continue;
        *number_at(options, i) = read_number(i, value);
        return;
    }
    if (strcmp(name, "optimizer") == 0)
        options->optimizer = read_optimizer(value);
    else if (strcmp(name, "data") == 0)
        options->data = value;
    else
        die("there is no option --%s", name);
}

static struct options read_options(int argc, char **argv) {
    struct options options = {.optimizer = ADAM, .data = "examples/mlp/digits.txt"};
    for (int i = 0; i < NUMBERS; i++)
        *number_at(&options, i) = numbers[i].fallback;
    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (strncmp(argv[i], "--", 2) != 0 || !equals)
            die("options look like --lr=0.01 (found %s)", argv[i]);
        *equals = '\0';
        set_option(&options, argv[i] + 2, equals + 1);
    }
    return options;
}

// ---- chance -------------------------------------------------------------------------------------

// SplitMix64, of Steele, Lea and Flood (2014): a counter and a hash of it.
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state) {
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

static void shuffle(int *items, int count, uint64_t *state) {
    for (int i = count - 1; i > 0; i--) {
        int other = (int)(next_random(state) % (uint64_t)(i + 1)), kept = items[i];
        items[i] = items[other];
        items[other] = kept;
    }
}

// ---- images -------------------------------------------------------------------------------------

struct images {
    int count;
    float pixels[MOST_IMAGES][PIXELS]; // 0 to 1
    int digits[MOST_IMAGES];
};

// A line is 64 pixels, each of them 0 to 9 or A to G for 0 to 16, a space and the digit.
static void read_line(const char *path, const char *line, int number, struct images *images) {
    static const char inks[] = "0123456789ABCDEFG";
    if (images->count == MOST_IMAGES)
        die("%s has more than %d images", path, MOST_IMAGES);
    for (int i = 0; i < PIXELS; i++) {
        const char *ink = line[i] ? strchr(inks, line[i]) : NULL;
        if (!ink)
            die("%s:%d: is no image", path, number);
        images->pixels[images->count][i] = (float)(ink - inks) / 16;
    }
    if (sscanf(line + PIXELS, "%d", &images->digits[images->count]) != 1 ||
        images->digits[images->count] < 0 || images->digits[images->count] >= CLASSES)
        die("%s:%d: has no digit", path, number);
    images->count++;
}

// Every fifth image is kept for validation.
static void read_images(const char *path, struct images *training, struct images *validation) {
    FILE *file = fopen(path, "r");
    if (!file)
        die("cannot open %s: run from the root of the repository, or use --data=FILE", path);
    char line[256];
    for (int number = 1; fgets(line, sizeof line, file); number++)
        read_line(path, line, number, number % 5 == 0 ? validation : training);
    fclose(file);
    if (!training->count || !validation->count)
        die("%s has too few images", path);
}

// ---- the network --------------------------------------------------------------------------------

// Weights are stored by input, so that the innermost loops run over neighbours in memory and an
// input that is zero (blank paper, a silent unit) costs nothing. Biases are the weights of an input
// that is always 1: row `inputs`.
struct layer {
    int inputs, outputs;
    float *weights, *gradient; // (inputs + 1) x outputs
    float *first, *second;     // running moments of the gradient; SGD uses the first one only
    float *values, *errors;    // of the outputs: activations, and the loss differentiated by them
    float *kept;               // dropout: 0, or what makes up for those that are 0
};

struct network {
    int depth; // layers, the last one included
    struct layer layers[MOST_LAYERS];
    uint64_t chance;
    long steps;
};

static int weight_count(const struct layer *layer) {
    return (layer->inputs + 1) * layer->outputs;
}

// What an input weighs in each output, of the weights or of their gradient.
static float *row_of(const struct layer *layer, float *rows, int input) {
    return rows + (ptrdiff_t)input * layer->outputs;
}

static struct layer new_layer(int inputs, int outputs, uint64_t *chance) {
    struct layer layer = {.inputs = inputs, .outputs = outputs};
    size_t count = (size_t)weight_count(&layer), width = (size_t)outputs;
    layer.weights = floats(count);
    layer.gradient = floats(count);
    layer.first = floats(count);
    layer.second = floats(count);
    layer.values = floats(width);
    layer.errors = floats(width);
    layer.kept = floats(width);
    double range = sqrt(6.0 / inputs); // He et al. (2015), uniform
    for (int i = 0; i < inputs * outputs; i++)
        layer.weights[i] = (float)((2 * uniform(chance) - 1) * range);
    return layer;
}

static struct network new_network(const struct options *options) {
    struct network network = {.depth = (int)options->layers + 1, .chance = (uint64_t)options->seed};
    int inputs = PIXELS;
    for (int i = 0; i < network.depth; i++) {
        int outputs = i + 1 < network.depth ? (int)options->hidden : CLASSES;
        network.layers[i] = new_layer(inputs, outputs, &network.chance);
        inputs = outputs;
    }
    return network;
}

static void free_network(struct network *network) {
    for (int i = 0; i < network->depth; i++) {
        struct layer *layer = &network->layers[i];
        float *const parts[] = {layer->weights, layer->gradient, layer->first, layer->second,
                                layer->values,  layer->errors,   layer->kept};
        for (size_t part = 0; part < sizeof parts / sizeof *parts; part++)
            free(parts[part]);
    }
}

// ---- forward ------------------------------------------------------------------------------------

static void weigh(struct layer *layer, const float *inputs) {
    const float *row = row_of(layer, layer->weights, layer->inputs);
    for (int j = 0; j < layer->outputs; j++)
        layer->values[j] = row[j];
    for (int i = 0; i < layer->inputs; i++) {
        if (inputs[i] == 0)
            continue;
        row = row_of(layer, layer->weights, i);
        for (int j = 0; j < layer->outputs; j++)
            layer->values[j] += inputs[i] * row[j];
    }
}

static void rectify(struct layer *layer) {
    for (int j = 0; j < layer->outputs; j++)
        if (layer->values[j] < 0)
            layer->values[j] = 0;
}

static void drop(struct layer *layer, double share, uint64_t *chance) {
    for (int j = 0; j < layer->outputs; j++) {
        layer->kept[j] = share > 0 && uniform(chance) < share ? 0 : (float)(1 / (1 - share));
        layer->values[j] *= layer->kept[j];
    }
}

// The last layer's values become probabilities; shifted by the largest, so that none overflows.
static void softmax(struct layer *layer) {
    float largest = layer->values[0], sum = 0;
    for (int j = 1; j < layer->outputs; j++)
        largest = fmaxf(largest, layer->values[j]);
    for (int j = 0; j < layer->outputs; j++)
        sum += layer->values[j] = expf(layer->values[j] - largest);
    for (int j = 0; j < layer->outputs; j++)
        layer->values[j] /= sum;
}

// Returns the probability of each class, valid until the next call.
static const float *forward(struct network *network, const float *inputs, double dropout) {
    for (int i = 0; i < network->depth; i++) {
        struct layer *layer = &network->layers[i];
        weigh(layer, inputs);
        inputs = layer->values;
        if (i + 1 == network->depth)
            break;
        rectify(layer);
        drop(layer, dropout, &network->chance);
    }
    softmax(&network->layers[network->depth - 1]);
    return inputs;
}

// ---- backward -----------------------------------------------------------------------------------

static void add_gradient(struct layer *layer, const float *inputs) {
    for (int i = 0; i <= layer->inputs; i++) {
        float input = i < layer->inputs ? inputs[i] : 1;
        if (input == 0)
            continue;
        float *row = row_of(layer, layer->gradient, i);
        for (int j = 0; j < layer->outputs; j++)
            row[j] += input * layer->errors[j];
    }
}

// What is wrong with the outputs of `below`, from what is wrong with those of `layer`.
static void pass_back(const struct layer *layer, struct layer *below) {
    for (int i = 0; i < layer->inputs; i++) {
        const float *row = row_of(layer, layer->weights, i);
        float sum = 0;
        for (int j = 0; below->values[i] > 0 && j < layer->outputs; j++)
            sum += row[j] * layer->errors[j];
        below->errors[i] = sum * below->kept[i];
    }
}

// Adds the gradient of the cross-entropy of the image that was fed forward last.
static void backward(struct network *network, const float *pixels, int digit) {
    struct layer *last = &network->layers[network->depth - 1];
    for (int j = 0; j < CLASSES; j++)
        last->errors[j] = last->values[j] - (j == digit);
    for (int i = network->depth - 1; i > 0; i--) {
        add_gradient(&network->layers[i], network->layers[i - 1].values);
        pass_back(&network->layers[i], &network->layers[i - 1]);
    }
    add_gradient(&network->layers[0], pixels);
}

// ---- optimizers ---------------------------------------------------------------------------------

static void step_sgd(struct layer *layer, const struct options *options, double scale) {
    float lr = (float)options->lr, momentum = (float)options->momentum;
    for (int i = 0; i < weight_count(layer); i++) {
        layer->first[i] = momentum * layer->first[i] + layer->gradient[i] * (float)scale;
        layer->weights[i] -= lr * layer->first[i];
    }
}

// Kingma and Ba (2015), with its constants and the correction of its first steps.
static void step_adam(struct layer *layer, const struct options *options, double scale,
                      long steps) {
    const double beta1 = 0.9, beta2 = 0.999;
    float rate = (float)(options->lr * sqrt(1 - pow(beta2, (double)steps)) /
                         (1 - pow(beta1, (double)steps)));
    for (int i = 0; i < weight_count(layer); i++) {
        float gradient = layer->gradient[i] * (float)scale;
        layer->first[i] += (float)(1 - beta1) * (gradient - layer->first[i]);
        layer->second[i] += (float)(1 - beta2) * (gradient * gradient - layer->second[i]);
        layer->weights[i] -= rate * layer->first[i] / (sqrtf(layer->second[i]) + 1e-8F);
    }
}

static void step(struct network *network, const struct options *options, int images) {
    network->steps++;
    for (int i = 0; i < network->depth; i++) {
        struct layer *layer = &network->layers[i];
        float decay = (float)(1 - options->lr * options->decay);
        for (int w = 0; w < layer->inputs * layer->outputs; w++)
            layer->weights[w] *= decay;
        if (options->optimizer == SGD)
            step_sgd(layer, options, 1.0 / images);
        else
            step_adam(layer, options, 1.0 / images, network->steps);
        memset(layer->gradient, 0, (size_t)weight_count(layer) * sizeof *layer->gradient);
    }
}

// ---- training -----------------------------------------------------------------------------------

// NaN where the weights have run away; the comparison lets it through.
static double cross_entropy(const float *probabilities, int digit) {
    double probability = probabilities[digit];
    return -log(probability < 1e-12 ? 1e-12 : probability);
}

// One pass over the images in a new order; returns the mean loss on the way.
static double train_epoch(struct network *network, const struct options *options,
                          const struct images *images, int *order) {
    double loss = 0;
    int pending = 0;
    shuffle(order, images->count, &network->chance);
    for (int i = 0; i < images->count; i++) {
        const float *pixels = images->pixels[order[i]];
        int digit = images->digits[order[i]];
        loss += cross_entropy(forward(network, pixels, options->dropout), digit);
        backward(network, pixels, digit);
        if (++pending < (int)options->batch && i + 1 < images->count)
            continue;
        step(network, options, pending);
        pending = 0;
    }
    return loss / images->count;
}

struct score {
    double loss, accuracy;
};

static bool is_right(const float *probabilities, int digit) {
    for (int j = 0; j < CLASSES; j++)
        if (j != digit && !(probabilities[j] < probabilities[digit]))
            return false;
    return true;
}

static struct score evaluate(struct network *network, const struct images *images) {
    struct score score = {0};
    for (int i = 0; i < images->count; i++) {
        const float *probabilities = forward(network, images->pixels[i], 0);
        score.loss += cross_entropy(probabilities, images->digits[i]);
        score.accuracy += is_right(probabilities, images->digits[i]);
    }
    score.loss /= images->count;
    score.accuracy /= images->count;
    return score;
}

static void print_number(const char *name, double value) {
    if (isnan(value))
        printf(", \"%s\": NaN", name); // as Python has it
    else
        printf(", \"%s\": %.5g", name, value);
}

static void print_epoch(int epoch, double loss, struct score score) {
    printf("{\"step\": %d", epoch);
    print_number("loss", loss);
    print_number("val_loss", score.loss);
    print_number("val_accuracy", score.accuracy);
    puts("}");
    fflush(stdout);
}

int main(int argc, char **argv) {
    static struct images training, validation;
    static int order[MOST_IMAGES];
    const struct options options = read_options(argc, argv);
    read_images(options.data, &training, &validation);
    for (int i = 0; i < training.count; i++)
        order[i] = i;
    struct network network = new_network(&options);
    struct score score = {0};
    for (int epoch = 1; epoch <= (int)options.epochs && !isnan(score.loss); epoch++) {
        double loss = train_epoch(&network, &options, &training, order);
        score = evaluate(&network, &validation);
        print_epoch(epoch, loss, score);
    }
    free_network(&network);
    return 0;
}
